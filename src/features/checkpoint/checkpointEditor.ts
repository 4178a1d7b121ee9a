/** One open file of weights: its page, what the engine tells of it, and what the page asks of the editor. */
import path from 'node:path';
import * as vscode from 'vscode';
import { Disposables } from '../../host/disposables.ts';
import { showPage } from '../../host/panelPage.ts';
import type { Services } from '../../host/services.ts';
import { takeAlongHandlers } from '../../host/takeAlong.ts';
import { connectWebview } from '../../host/webviewTransport.ts';
import type { CheckpointView } from '../../shared/checkpointContract.ts';
import type { CheckpointPageNotifications, CheckpointPageRequests } from '../../shared/checkpointPageContract.ts';
import { createServer, type Handlers } from '../../shared/rpc.ts';
import { askCleanCopy, askConfigFile } from './askWhere.ts';

/** A file that is being written changes many times; it is read once it has been still for so long. */
const STILL_MS = 500;

export class CheckpointEditor implements vscode.Disposable {
  readonly #uri: vscode.Uri;
  readonly #services: Services;
  readonly #disposables = new Disposables();
  readonly #drawn = this.#disposables.add(new vscode.EventEmitter<void>());
  readonly #tellChanged: () => void;
  #view: Promise<CheckpointView> | undefined;
  #isDrawn = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(panel: vscode.WebviewPanel, uri: vscode.Uri, services: Services) {
    this.#uri = uri;
    this.#services = services;
    const server = this.#disposables.add(
      createServer<CheckpointPageRequests, CheckpointPageNotifications>(
        connectWebview(panel.webview),
        this.#handlers(),
      ),
    );
    this.#tellChanged = () => server.notify('changed', null);
    this.#watch();
    showPage(panel, services.context.extensionUri, { name: 'checkpoint', title: path.posix.basename(uri.path) });
  }

  /** What the page shows once it has drawn it. Rejects with the engine's sentence for a file that cannot be read. */
  async drawn(): Promise<CheckpointView> {
    while (!this.#isDrawn) await new Promise<void>((resolve) => this.#disposables.add(this.#drawn.event(resolve)));
    return this.#read();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#isDrawn = true;
    this.#drawn.fire();
    this.#disposables.dispose();
  }

  /** Once for each state of the file, as a page that was hidden asks again; what failed is tried anew. */
  async #read(): Promise<CheckpointView> {
    const { engine, activity } = this.#services;
    const reading = (this.#view ??= activity.track(engine.request('checkpoint', { checkpoint: this.#file })));
    try {
      return await reading;
    } catch (error) {
      if (this.#view === reading) this.#view = undefined;
      throw error;
    }
  }

  get #file(): string {
    if (this.#uri.scheme === 'file') return this.#uri.fsPath;
    throw new Error(vscode.l10n.t('{0} is not a file on a disk, so it cannot be read', this.#uri.toString()));
  }

  #handlers(): Handlers<CheckpointPageRequests> {
    const { engine, activity } = this.#services;
    return {
      view: () => this.#read(),
      picture: (request, token) =>
        activity.track(engine.request('checkpointPicture', { ...request, file: this.#file }, token)),
      drawn: () => {
        this.#isDrawn = true;
        this.#drawn.fire();
        return null;
      },
      saveClean: async ({ style }) => {
        const out = await askCleanCopy(this.#uri);
        if (!out) return null;
        return engine.request('convert', { checkpoint: this.#file, to: style, out: out.fsPath });
      },
      compare: async () => {
        const config = await askConfigFile();
        if (!config) return null;
        return engine.request('compareCheckpoint', { checkpoint: this.#file, config: config.fsPath });
      },
      newConfig: async () => {
        const { config } = await this.#read();
        const content = `${JSON.stringify(config ?? {}, null, 2)}\n`;
        await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'jsonc', content }));
        return null;
      },
      ...takeAlongHandlers,
    };
  }

  /** A pattern cannot hold every name a file may have, so that all of its folder is heard of. */
  #watch(): void {
    const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(this.#uri, '..'), '*');
    const watcher = this.#disposables.add(vscode.workspace.createFileSystemWatcher(pattern));
    const own = this.#uri.toString();
    const changed = (uri: vscode.Uri) => {
      if (uri.toString() !== own) return;
      this.#view = undefined;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(this.#tellChanged, STILL_MS);
    };
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) {
      this.#disposables.add(event(changed));
    }
  }
}
