/**
 * Carries JSON-RPC over a webview's messages. VS Code sends the whole buffer behind a typed array, so views are copied
 * first; `undefined` and -0 do not survive JSON, typed arrays do.
 */
import { AbstractMessageReader, AbstractMessageWriter, createMessageConnection } from 'vscode-jsonrpc/node';
import type { DataCallback, Message } from 'vscode-jsonrpc/node';
import type * as vscode from 'vscode';
import type { RawConnection } from '../shared/rpc.ts';

class WebviewReader extends AbstractMessageReader {
  readonly #webview: vscode.Webview;

  constructor(webview: vscode.Webview) {
    super();
    this.#webview = webview;
  }

  listen(callback: DataCallback): vscode.Disposable {
    return this.#webview.onDidReceiveMessage((message: Message) => callback(message));
  }
}

class WebviewWriter extends AbstractMessageWriter {
  readonly #webview: vscode.Webview;

  constructor(webview: vscode.Webview) {
    super();
    this.#webview = webview;
  }

  async write(message: Message): Promise<void> {
    // Resolves to false when the page is hidden or gone: it asks for a snapshot when it comes back.
    await this.#webview.postMessage(copyViews(message));
  }

  end(): void {}
}

/** A connection to the page in this webview; it ends when it is disposed. */
export function connectWebview(webview: vscode.Webview): RawConnection {
  const connection = createMessageConnection(new WebviewReader(webview), new WebviewWriter(webview));
  connection.onError(() => undefined);
  return connection as unknown as RawConnection;
}

/** The same value, with each typed array that is a view on a larger buffer replaced by a copy of its own. */
export function copyViews(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    return value.byteLength === value.buffer.byteLength ? value : (value as Float32Array).slice();
  }
  if (Array.isArray(value)) return value.map(copyViews);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyViews(inner)]));
}
