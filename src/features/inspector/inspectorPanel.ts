/** One inspector panel: its page, the line to it, and what it is told while it can be seen. */
import * as vscode from 'vscode';
import { inspectorPanel } from '../../contributions.ts';
import { Disposables } from '../../host/disposables.ts';
import type { Services } from '../../host/services.ts';
import { webviewHtml } from '../../host/webviewHtml.ts';
import { connectWebview } from '../../host/webviewTransport.ts';
import type { PageNotifications, PageRequests } from '../../shared/pageContract.ts';
import { createServer } from '../../shared/rpc.ts';
import { PageFeed } from './pageFeed.ts';
import { pageHandlers } from './pageServer.ts';

/** Options of a new or restored panel: scripts, and nothing but the page's own files. */
export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [pageFolder(extensionUri)] };
}

export function createPanel(services: Services): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(
    inspectorPanel,
    vscode.l10n.t('Inspector'),
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
    webviewOptions(services.context.extensionUri),
  );
}

export class InspectorPanel implements vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
  readonly #services: Services;
  readonly #disposables = new Disposables();
  readonly #feed: PageFeed;

  /** Fills the panel and serves it until it is closed. */
  constructor(panel: vscode.WebviewPanel, services: Services) {
    this.panel = panel;
    this.#services = services;
    const { webview } = panel;
    const server = this.#disposables.add(
      createServer<PageRequests, PageNotifications>(
        connectWebview(webview),
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
        const run = services.shown.run?.id ?? '';
        if (!panel.visible) return;
        if (what === 'mask') server.notify('select', { name: services.shown.mask });
        else if (run !== this.#feed.run) server.notify('changed', { run });
      }),
    );
    this.#disposables.add(panel.onDidChangeViewState(() => this.#feed.resumed()));
    this.#disposables.add(services.runs.onDidChange(() => this.#retitle()));
    this.#disposables.add(panel);
    panel.iconPath = vscode.Uri.joinPath(services.context.extensionUri, 'media', 'inspector.svg');
    this.#retitle();
    webview.options = webviewOptions(services.context.extensionUri);
    webview.html = pageHtml(webview, services.context.extensionUri);
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

function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const address = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(pageFolder(extensionUri), name)).toString();
  return webviewHtml({
    cspSource: webview.cspSource,
    script: address('inspector.js'),
    styles: [address('inspector.css')],
    icons: address('codicon.css'),
    language: vscode.env.language,
    title: 'Dropscope',
  });
}

function pageFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}
