/**
 * What is to be trained, before the engine is asked: from a command's argument or from answers in the quick pick. Pure,
 * and says in one sentence what is wrong with an argument.
 */
import path from 'node:path';
import type { Breakpoint } from '../../shared/breakpoint.ts';
import type { StartRequest } from '../../shared/engineContract.ts';

export interface TrainJob {
  readonly name: string;
  /** Files, folders or globs. */
  readonly corpus: readonly string[];
  /** Texts that are no files on a disk. */
  readonly documents: readonly { readonly name: string; readonly text: string }[];
  /** What relative names are relative to. */
  readonly base: string;
  readonly config: TrainConfig;
  readonly steps?: number;
}

/** A file, an object, or neither: then the preset "small". */
export type TrainConfig = { readonly file: string } | { readonly object: Readonly<Record<string, unknown>> } | null;

/** The part of vscode.Uri that is needed here. */
interface UriLike {
  readonly scheme: string;
  readonly fsPath: string;
}

/**
 * Reads the argument of `dropscope.train`: {corpus: Uri[], config?: Uri | object, steps?: number}. A path will do for a
 * Uri, because tasks and key bindings are JSON.
 */
export function readTrainArgument(argument: unknown, base: string): TrainJob {
  if (typeof argument !== 'object' || argument === null) {
    throw new Error(`train: expected {corpus, config, steps}, found ${JSON.stringify(argument)}`);
  }
  const { corpus = [], config, steps, ...rest } = argument as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new Error(`train: unknown key "${unknown}" (corpus, config and steps are known)`);
  if (!Array.isArray(corpus)) throw new Error('train: corpus must be an array of files or folders');
  if (steps !== undefined && !(Number.isInteger(steps) && Number(steps) >= 1)) {
    throw new Error(`train: steps is ${JSON.stringify(steps)}, expected a whole number from 1`);
  }
  const paths = corpus.map((item) => pathOf(item, 'corpus'));
  const chosen = readConfig(config);
  return {
    name: nameOf(paths, chosen),
    corpus: paths,
    documents: [],
    base,
    config: chosen,
    ...(steps === undefined ? {} : { steps: Number(steps) }),
  };
}

/** A run's name when nobody gave one: the only file or folder, or the config's folder when its corpus is meant. */
export function nameOf(corpus: readonly string[], config: TrainConfig): string {
  const [first, ...more] = corpus;
  if (first !== undefined) return stem(first) + (more.length > 0 ? ` and ${more.length} more` : '');
  if (config === null || !('file' in config)) return 'run';
  const file = path.basename(config.file);
  return file === 'dropscope.json' ? stem(path.dirname(config.file)) : file.replace(/\.dropscope\.json$/, '');
}

/** What the settings say, and the workspace's breakpoints. */
export interface Wishes {
  readonly backend: string;
  readonly nativePath: string;
  /** Most of the training time that introspection may take. */
  readonly budgetPercent: number;
  readonly breakpoints: readonly Breakpoint[];
}

/** What the engine is asked. Settings of "auto" or "" are no wish. */
export function startRequest(job: TrainJob, folder: string, wishes: Wishes): StartRequest {
  const overrides = {
    ...(job.steps === undefined ? {} : { steps: job.steps }),
    ...(wishes.backend === 'auto' ? {} : { backend: wishes.backend }),
  };
  return {
    folder,
    name: job.name,
    corpus: job.corpus,
    base: job.base,
    host: 'vscode',
    onTrouble: 'pause',
    ...(job.documents.length > 0 ? { documents: job.documents } : {}),
    ...(job.config === null
      ? {}
      : 'file' in job.config
        ? { configFile: job.config.file }
        : { config: job.config.object }),
    ...(Object.keys(overrides).length > 0 ? { overrides } : {}),
    ...(wishes.nativePath === '' ? {} : { nativePath: wishes.nativePath }),
    budgetPercent: wishes.budgetPercent,
    breakpoints: wishes.breakpoints,
  };
}

function readConfig(config: unknown): TrainConfig {
  if (config === undefined || config === null) return null;
  if (typeof config === 'string' || isUri(config)) return { file: pathOf(config, 'config') };
  if (typeof config === 'object' && !Array.isArray(config)) return { object: config as Record<string, unknown> };
  throw new Error(`train: config is ${JSON.stringify(config)}, expected a file or an object`);
}

function pathOf(item: unknown, what: string): string {
  if (typeof item === 'string' && item !== '') return item;
  if (!isUri(item)) throw new Error(`train: ${what} holds ${JSON.stringify(item)}, expected a file or folder`);
  if (item.scheme !== 'file') throw new Error(`train: ${what}: ${item.scheme}: is not a file on a disk`);
  return item.fsPath;
}

function isUri(item: unknown): item is UriLike {
  if (typeof item !== 'object' || item === null) return false;
  const { scheme, fsPath } = item as Partial<UriLike>;
  return typeof scheme === 'string' && typeof fsPath === 'string';
}

function stem(file: string): string {
  return path.parse(file).name;
}
