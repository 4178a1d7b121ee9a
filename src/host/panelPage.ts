/** Fills a panel with one of the pages that the build puts under dist/webview, `NAME.js` with its `NAME.css`, under our icon. */
import * as vscode from 'vscode';
import { webviewHtml } from './webviewHtml.ts';

export interface PanelPage {
  /** Of its bundle. */
  readonly name: 'inspector' | 'preview' | 'checkpoint';
  /** Of the document, for screen readers. */
  readonly title: string;
}

/** A new panel beside the code, which keeps the focus. It is empty until {@link showPage}. */
export function createPanelBeside(type: string, title: string, extensionUri: vscode.Uri): vscode.WebviewPanel {
  const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
  return vscode.window.createWebviewPanel(type, title, place, pageOptions(extensionUri));
}

/** Shows the page in a new panel, or in one that VS Code brings back. */
export function showPage(panel: vscode.WebviewPanel, extensionUri: vscode.Uri, page: PanelPage): void {
  const { webview } = panel;
  const address = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(pageFolder(extensionUri), name)).toString();
  panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'inspector.svg');
  webview.options = pageOptions(extensionUri);
  webview.html = webviewHtml({
    cspSource: webview.cspSource,
    script: address(`${page.name}.js`),
    styles: [address(`${page.name}.css`)],
    icons: address('codicon.css'),
    language: vscode.env.language,
    title: page.title,
  });
}

/** Scripts, and nothing but the page's own files. */
function pageOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [pageFolder(extensionUri)] };
}

function pageFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}
