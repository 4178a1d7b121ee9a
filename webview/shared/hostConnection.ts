/**
 * A page's end of the line to the extension host: vscode-jsonrpc over the webview's messages. Each message travels as
 * an object, not as text, so that typed arrays stay typed arrays.
 */
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
} from 'vscode-jsonrpc/browser';
import { createClient, type Client, type RawConnection } from '../../src/shared/rpc.ts';

/** What a webview gets from `acquireVsCodeApi`, once. */
export interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** Connects with the contract of this page: what it may ask for and what it is told. */
export function connectHost<R extends Contract<R>, N>(api: WebviewApi): Client<R, N> {
  const connection = createMessageConnection(new WindowReader(), new HostWriter(api));
  // The contract's view of a connection is narrower than the library's overloads.
  return createClient<R, N>(connection as unknown as RawConnection);
}

type Contract<R> = { [M in keyof R]: [unknown, unknown] };

class WindowReader extends AbstractMessageReader {
  listen(callback: DataCallback): Disposable {
    const receive = (event: MessageEvent) => {
      if (isJsonRpc(event.data)) callback(event.data);
    };
    window.addEventListener('message', receive);
    return { dispose: () => window.removeEventListener('message', receive) };
  }
}

class HostWriter extends AbstractMessageWriter {
  private readonly api: WebviewApi;

  constructor(api: WebviewApi) {
    super();
    this.api = api;
  }

  write(message: Message): Promise<void> {
    this.api.postMessage(message);
    return Promise.resolve();
  }

  end(): void {
    // Messages to the host need no closing: the webview's end is theirs.
  }
}

function isJsonRpc(data: unknown): data is Message {
  return typeof data === 'object' && data !== null && 'jsonrpc' in data;
}
