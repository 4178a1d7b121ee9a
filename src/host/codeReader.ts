/**
 * What the worker thread says about the open documents. It starts with the first document that mentions a known name;
 * edits are gathered for 300 ms, and an answer about an older text is dropped.
 */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import { mentionsDropout } from '../shared/knownNames.ts';
import type { LintAnswer, LintRequest, LintResult } from '../shared/lintContract.ts';
import { Disposables } from './disposables.ts';

const DEBOUNCE_MS = 300;
/** For the document whose masks are shown beside it: they follow within 200 ms. */
const FOLLOWED_MS = 10;

/** The documents that are read. */
export const codeSelector: readonly vscode.DocumentFilter[] = [
  { language: 'python', scheme: 'file' },
  { language: 'python', scheme: 'untitled' },
  { language: 'python', scheme: 'vscode-notebook-cell' },
];

export const configSelector: readonly vscode.DocumentFilter[] = [
  { pattern: '**/dropscope.json' },
  { pattern: '**/*.dropscope.json' },
];

export interface ReadCode extends LintResult {
  readonly version: number;
}

export class CodeReader implements vscode.Disposable {
  readonly #entry: string;
  readonly #log: (line: string) => void;
  readonly #disposables = new Disposables();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<vscode.TextDocument>());
  readonly #results = new Map<string, ReadCode>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #waiting = new Map<number, { readonly document: vscode.TextDocument; readonly version: number }>();
  #worker: Worker | undefined;
  #asked = 0;
  #followed = '';

  readonly onDidChange = this.#changed.event;

  /** `entry` is the worker's file. */
  constructor(entry: string, log: (line: string) => void) {
    this.#entry = entry;
    this.#log = log;
    const { workspace } = vscode;
    this.#disposables.add(workspace.onDidOpenTextDocument((document) => this.#read(document)));
    this.#disposables.add(workspace.onDidChangeTextDocument(({ document }) => this.#later(document)));
    this.#disposables.add(workspace.onDidCloseTextDocument((document) => this.#forget(document)));
    for (const document of workspace.textDocuments) this.#read(document);
  }

  /** What is known about the document as it stands now; undefined while it is being read. */
  current(document: vscode.TextDocument): ReadCode | undefined {
    const result = this.#results.get(keyOf(document));
    return result?.version === document.version ? result : undefined;
  }

  /** Whether an answer about the document as it stands is still to come. */
  isReading(document: vscode.TextDocument): boolean {
    const asked = [...this.#waiting.values()].some(
      (one) => one.document === document && one.version === document.version,
    );
    return asked || this.#timers.has(keyOf(document));
  }

  /** Edits of this document alone are read almost at once; undefined ends that. */
  follow(document: vscode.TextDocument | undefined): void {
    this.#followed = document ? keyOf(document) : '';
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#disposables.dispose();
    void this.#worker?.terminate();
  }

  #later(document: vscode.TextDocument): void {
    if (!isRead(document)) return;
    const key = keyOf(document);
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(
        () => {
          this.#timers.delete(key);
          this.#read(document);
        },
        key === this.#followed ? FOLLOWED_MS : DEBOUNCE_MS,
      ),
    );
  }

  #read(document: vscode.TextDocument): void {
    if (!isRead(document) || document.isClosed) return;
    const text = document.getText();
    const isConfig = vscode.languages.match(configSelector, document) > 0;
    // A document that mentions nothing known is read all the same when it did before: its findings must go.
    if (!isConfig && !mentionsDropout(text) && !this.#results.has(keyOf(document))) return;
    const request: LintRequest = {
      id: ++this.#asked,
      key: keyOf(document),
      file: isConfig ? 'dropscope.json' : 'code.py',
      text,
    };
    this.#waiting.set(request.id, { document, version: document.version });
    this.#start().postMessage(request);
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#entry);
    worker.on('message', (answer: LintAnswer) => this.#receive(answer));
    worker.on('error', (error: Error) => this.#log(`reading code: ${error.message}`));
    worker.on('exit', () => {
      this.#waiting.clear();
      this.#worker = undefined;
    });
    worker.unref();
    return (this.#worker = worker);
  }

  #receive(answer: LintAnswer): void {
    const asked = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (!asked || asked.document.isClosed || asked.document.version !== asked.version) return;
    if ('error' in answer) return this.#log(`reading ${path.basename(asked.document.fileName)}: ${answer.error}`);
    this.#results.set(keyOf(asked.document), { ...answer.result, version: asked.version });
    this.#changed.fire(asked.document);
  }

  #forget(document: vscode.TextDocument): void {
    const key = keyOf(document);
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    if (this.#results.delete(key)) this.#changed.fire(document);
  }
}

function isRead(document: vscode.TextDocument): boolean {
  return vscode.languages.match(codeSelector, document) > 0 || vscode.languages.match(configSelector, document) > 0;
}

function keyOf(document: vscode.TextDocument): string {
  return document.uri.toString();
}
