/** The panel that shows the masks of the config under the cursor, and follows every edit and every move of the cursor. */
import * as vscode from 'vscode';
import { configAt } from '../../host/configAtCursor.ts';
import { codeSelector, configSelector } from '../../host/codeReader.ts';
import { showFailure } from '../../host/commandTable.ts';
import { Disposables } from '../../host/disposables.ts';
import { showPage } from '../../host/panelPage.ts';
import type { Services } from '../../host/services.ts';
import { copyText, saveFile } from '../../host/takeAlong.ts';
import type { FromPreview, Preview, ToPreview } from '../../shared/previewContract.ts';
import { previewOf } from './previewOf.ts';

/** Schemes of documents that people write. */
const people: readonly string[] = ['file', 'untitled', 'vscode-notebook-cell'];

/** How long the page may take to draw before whoever waits for it is told so. */
const DRAWN_WITHIN_MS = 10_000;

export class PreviewPanel implements vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
  readonly #services: Services;
  readonly #disposables = new Disposables();
  readonly #drawn = this.#disposables.add(new vscode.EventEmitter<void>());
  #editor: vscode.TextEditor | undefined;
  /** A place that was asked for, until the cursor moves. */
  #asked: { readonly document: vscode.TextDocument; readonly at: number } | undefined;
  #preview: Preview = { ...previewOf(undefined, '', ''), revision: 0 };
  #drawnRevision = -1;
  /** Document version that the newest state is about. */
  #version = -1;
  #listens = false;

  constructor(panel: vscode.WebviewPanel, services: Services) {
    this.panel = panel;
    this.#services = services;
    const { code, context } = services;
    const { window } = vscode;
    this.#disposables.add(panel);
    this.#disposables.add(panel.webview.onDidReceiveMessage((message: FromPreview) => this.#receive(message)));
    this.#disposables.add(window.onDidChangeActiveTextEditor((editor) => this.#follow(editor)));
    this.#disposables.add(
      window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor !== window.activeTextEditor) return;
        this.#asked = undefined;
        this.#follow(textEditor);
      }),
    );
    this.#disposables.add(
      code.onDidChange((document) => {
        if (document === this.#document) this.#refresh();
      }),
    );
    showPage(panel, context.extensionUri, { name: 'preview', title: 'Dropscope: masks' });
    this.#follow(window.activeTextEditor ?? window.visibleTextEditors[0]);
  }

  /** Shows the config at a place until the cursor moves. */
  ask(document: vscode.TextDocument, at: number): void {
    this.#asked = { document, at };
    this.#services.code.follow(document);
    this.#refresh();
  }

  /** Resolves to what is on the screen once that is the document as it stands now. */
  async drawn(): Promise<Preview> {
    const isDrawn = () =>
      this.#drawnRevision === this.#preview.revision && (!this.#document || this.#version === this.#document.version);
    const deadline = Date.now() + DRAWN_WITHIN_MS;
    while (!isDrawn()) {
      if (Date.now() > deadline) throw new Error(vscode.l10n.t('the preview did not draw within ten seconds'));
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 250);
        const once = this.#drawn.event(() => {
          clearTimeout(timer);
          once.dispose();
          resolve();
        });
      });
    }
    return this.#preview;
  }

  dispose(): void {
    this.#services.code.follow(undefined);
    this.#disposables.dispose();
  }

  get #document(): vscode.TextDocument | undefined {
    return this.#asked?.document ?? this.#editor?.document;
  }

  /** The panel itself having the focus, or a comparison or the log, is no reason to show something else. */
  #follow(editor: vscode.TextEditor | undefined): void {
    if (!editor || !people.includes(editor.document.uri.scheme)) return;
    this.#editor = editor;
    if (!this.#asked) this.#services.code.follow(editor.document);
    this.#refresh();
  }

  #refresh(): void {
    const { code } = this.#services;
    const document = this.#document;
    if (!document || document.isClosed) return this.#show(previewOf(undefined, '', ''), -1);
    const name = vscode.workspace.asRelativePath(document.uri);
    if (!isRead(document)) return this.#show(previewOf(undefined, name, ''), document.version);
    const read = code.current(document);
    // What is on the screen stays until the new text has been read.
    if (!read && code.isReading(document)) return;
    const at = this.#asked?.at ?? document.offsetAt(this.#editor?.selection.active ?? new vscode.Position(0, 0));
    const config = configAt(read?.configs ?? [], at);
    const line = document.positionAt(config?.lens ?? config?.ranges[0]?.from ?? at).line + 1;
    this.#show(previewOf(config, name, vscode.l10n.t('line {0}', line)), document.version);
  }

  #show(preview: Omit<Preview, 'revision'>, version: number): void {
    this.#version = version;
    const { revision, ...before } = this.#preview;
    if (JSON.stringify(before) === JSON.stringify(preview)) return this.#drawn.fire();
    this.#preview = { ...preview, revision: revision + 1 };
    this.#send();
  }

  #send(): void {
    if (!this.#listens) return;
    const message: ToPreview = { kind: 'preview', preview: this.#preview };
    void this.panel.webview.postMessage(message);
  }

  #receive(message: FromPreview): void {
    switch (message.kind) {
      case 'ready':
        this.#listens = true;
        this.#send();
        break;
      case 'drawn':
        this.#drawnRevision = message.revision;
        this.#drawn.fire();
        break;
      case 'save':
        saveFile(message.name, message.data).catch(showFailure);
        break;
      case 'copy':
        copyText(message.text).catch(showFailure);
    }
  }
}

function isRead(document: vscode.TextDocument): boolean {
  return vscode.languages.match(codeSelector, document) > 0 || vscode.languages.match(configSelector, document) > 0;
}
