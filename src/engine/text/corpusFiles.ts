/**
 * From what a person named (files, folders, globs) to the list of files, in an order that is the same everywhere.
 * Relative names are relative to the config's folder.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { CorpusError } from './corpusError.ts';

export interface CorpusFile {
  /** Absolute. */
  readonly path: string;
  /** Named as a file, not found in a folder: then it must be usable, otherwise it may be passed over. */
  readonly named: boolean;
}

/** What lies beside texts and is not one: our own output, configs, code of others, hidden files (dot: false). */
const notTexts = ['**/node_modules/**', '**/*.{json,jsonl,safetensors,tmp}', '**/runs/*/checkpoints/**'];

/** Every file once, entries in the given order, files of one entry sorted by path. Throws {@link CorpusError}. */
export async function findCorpusFiles(entries: readonly string[], base: string): Promise<CorpusFile[]> {
  const files = new Map<string, CorpusFile>();
  for (const entry of entries) {
    for (const file of await expand(entry, base)) if (!files.has(file.path)) files.set(file.path, file);
  }
  return [...files.values()];
}

async function expand(entry: string, base: string): Promise<CorpusFile[]> {
  const path = resolve(base, entry);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return [{ path, named: true }];
  if (found?.isDirectory() === true) {
    const inside = await listFiles('**', path, notTexts);
    if (inside.length === 0) throw new CorpusError(`${path}: there are no text files in this folder; name another`);
    return inside.map((file) => ({ path: file, named: false }));
  }
  if (found !== undefined) throw new CorpusError(`${path}: this is neither a file nor a folder; give text files`);
  if (!isDynamicPattern(entry)) throw new CorpusError(`${path}: there is no such file; check the path`);
  const matched = await listFiles(entry, base, []);
  if (matched.length === 0)
    throw new CorpusError(`${entry}: no file matches, looking from ${resolve(base)}; check the pattern`);
  return matched.map((file) => ({ path: file, named: true }));
}

async function listFiles(pattern: string, cwd: string, ignore: string[]): Promise<string[]> {
  const found = await glob([pattern], { cwd, ignore, absolute: true, onlyFiles: true, expandDirectories: false });
  // By code unit: the same on every machine, whatever its language.
  return found.map((path) => resolve(path)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
