/**
 * Where runs live, and which ones are there: <workspace>/.dropscope/runs/ID, or this extension's global storage when no
 * folder is open. Keeps an eye on them, so that runs of the command line and deleted folders show too.
 */
import { open, stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { Disposables } from './disposables.ts';
import { readPastRun } from './pastRun.ts';
import type { RunState } from './runState.ts';
import type { RunStore } from './runStore.ts';
import { sentenceOf } from '../shared/sentenceOf.ts';

/** Enough of metrics.jsonl for its newest lines, however long the run was. */
const TAIL_BYTES = 64 * 1024;
const RESCAN_MS = 300;
/** How often it is looked whether anything has changed that no watcher told of. */
const LOOK_MS = 2000;

/** The folder of the first workspace folder on a disk, if there is one. */
export function workspaceFolder(): vscode.Uri | undefined {
  return vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri;
}

export class RunFolders implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #runs: RunStore;
  readonly #log: vscode.LogOutputChannel;
  readonly #disposables = new Disposables();
  #rescan: NodeJS.Timeout | undefined;
  #look: NodeJS.Timeout;
  #disposed = false;
  /** What the last scan met, as {@link RunFolders.#glance} tells it. */
  #seen = '';

  constructor(context: vscode.ExtensionContext, runs: RunStore, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#runs = runs;
    this.#log = log;
    const pattern = new vscode.RelativePattern(this.root, '*/run.json');
    const watcher = this.#disposables.add(vscode.workspace.createFileSystemWatcher(pattern));
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) {
      this.#disposables.add(event(() => this.#rescanSoon()));
    }
    this.#look = this.#lookLater();
  }

  /** The folder that holds one folder a run. */
  get root(): vscode.Uri {
    const workspace = workspaceFolder();
    return workspace
      ? vscode.Uri.joinPath(workspace, '.dropscope', 'runs')
      : vscode.Uri.joinPath(this.#context.globalStorageUri, 'runs');
  }

  /** A folder name that no run has yet: date, time, and what is trained. */
  newId(name: string, now: Date): string {
    const stamp = now.toISOString().slice(0, 19).replaceAll('-', '').replace('T', '-').replaceAll(':', '');
    const slug = name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 24);
    const base = slug === '' ? stamp : `${stamp}-${slug}`;
    let id = base;
    for (let copy = 2; this.#runs.get(id); copy++) id = `${base}-${copy}`;
    return id;
  }

  /** Reads every run folder there is. A folder that cannot be read is left out, and the log says why. */
  async scan(): Promise<void> {
    this.#seen = await this.#glance();
    const runs = await Promise.all((await this.#names()).map((name) => this.#readRun(name)));
    this.#runs.setPast(runs.filter((run) => run !== null));
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#rescan);
    clearTimeout(this.#look);
    this.#disposables.dispose();
  }

  #rescanSoon(): void {
    clearTimeout(this.#rescan);
    this.#rescan = setTimeout(() => void this.#scanAgain(), RESCAN_MS);
  }

  async #scanAgain(): Promise<void> {
    await this.scan().catch((error: unknown) => this.#log.warn(`run folders: ${sentenceOf(error)}`));
  }

  /**
   * Watchers are quick but miss things: what is excluded from watching, folders that are made faster than they can be
   * watched, whole file systems. So it also looks, for all the folders together in less than a millisecond each.
   */
  #lookLater(): NodeJS.Timeout {
    return setTimeout(() => {
      void this.#glance()
        .then((now) => (now === this.#seen ? undefined : this.#scanAgain()))
        .then(() => {
          if (!this.#disposed) this.#look = this.#lookLater();
        });
    }, LOOK_MS);
  }

  /** Which folders there are, and when the run.json of each was written; never rejects. */
  async #glance(): Promise<string> {
    const names = await this.#names().catch(sentenceOf);
    if (typeof names === 'string') return names;
    const written = names.map((name) =>
      stat(vscode.Uri.joinPath(this.root, name, 'run.json').fsPath).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      ),
    );
    return JSON.stringify([names, await Promise.all(written)]);
  }

  async #names(): Promise<string[]> {
    try {
      const entries = await vscode.workspace.fs.readDirectory(this.root);
      return entries.filter(([, type]) => type === vscode.FileType.Directory).map(([name]) => name);
    } catch (error) {
      if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return [];
      throw error;
    }
  }

  async #readRun(name: string): Promise<RunState | null> {
    const folder = vscode.Uri.joinPath(this.root, name);
    try {
      const json = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, 'run.json'));
      const tail = await readTail(vscode.Uri.joinPath(folder, 'metrics.jsonl').fsPath);
      return readPastRun(name, folder.fsPath, new TextDecoder().decode(json), tail, isRunning);
    } catch (error) {
      this.#log.debug(`not a run: ${folder.fsPath} (${sentenceOf(error)})`);
      return null;
    }
  }
}

/** `workspace.fs` only reads whole files, and the metrics of a long run are large: Node reads the end alone. */
async function readTail(path: string): Promise<string> {
  const file = await open(path).catch(() => null);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await file.close();
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Alive, but another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
