/** One inspector panel: its page, the line to it, and what it is told while it can be seen. */
import * as vscode from 'vscode';
import { Disposables } from '../../host/disposables.ts';
import { showPage } from '../../host/panelPage.ts';
import type { Services } from '../../host/services.ts';
import { connectWebview } from '../../host/webviewTransport.ts';
import type { PageNotifications, PageRequests } from '../../shared/pageContract.ts';
import { createServer } from '../../shared/rpc.ts';
import { PageFeed } from './pageFeed.ts';
import { pageHandlers } from './pageServer.ts';

export class InspectorPanel implements vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
  readonly #services: Services;
  readonly #disposables = new Disposables();
  readonly #feed: PageFeed;

  /** Fills the panel and serves it until it is closed. */
  constructor(panel: vscode.WebviewPanel, services: Services) {
    this.panel = panel;
    this.#services = services;
    const server = this.#disposables.add(
      createServer<PageRequests, PageNotifications>(
        connectWebview(panel.webview),
        pageHandlers(services, (): PageFeed => this.#feed),
      ),
    );
    this.#feed = this.#disposables.add(
      new PageFeed({
        runs: services.runs,
        activity: services.activity,
        visible: () => panel.visible,
        notify: (method, params) => server.notify(method, params),
      }),
    );
    this.#disposables.add(services.runs.onDidChange((change) => this.#feed.changed(change)));
    this.#disposables.add(
      services.shown.onDidChange((what) => {
        if (what === 'run') this.#feed.turnTo(services.shown.run?.id ?? '');
        // A page that cannot be seen is not there: once it is, it asks for these itself.
        else if (!panel.visible) return;
        else if (what === 'mask') server.notify('select', { name: services.shown.mask });
        else server.notify('compare', { run: services.shown.compared, begin: true });
      }),
    );
    this.#disposables.add(
      services.engine.on('whatIfProgress', (progress) => server.notify('whatIfProgress', progress)),
    );
    this.#disposables.add(panel.onDidChangeViewState(() => this.#feed.resumed()));
    this.#disposables.add(services.runs.onDidChange(() => this.#retitle()));
    this.#disposables.add(panel);
    this.#retitle();
    showPage(panel, services.context.extensionUri, { name: 'inspector', title: 'Dropscope' });
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #retitle(): void {
    const run = this.#services.runs.get(this.#feed.run) ?? this.#services.shown.run;
    const title = run ? vscode.l10n.t('Inspector: {0}', run.name) : vscode.l10n.t('Inspector');
    if (this.panel.title !== title) this.panel.title = title;
  }
}
