// The workspace a first visitor sees: the built sample, copied to where it may be changed.
import { existsSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dist } from './paths.ts';

/** Asks for the first run, in the workspace. */
export const firstRunFile = '.dropscope/first-run.json';

/** A copy of the sample in an emptied folder. */
export async function freshSample(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await cp(path.join(dist, 'sample'), folder, { recursive: true });
}

/** The sample for a person: made when it is not there, otherwise left as they left it. */
export async function keptSample(folder: string): Promise<void> {
  if (!existsSync(path.join(folder, 'dropscope.json'))) await freshSample(folder);
}

/**
 * Asks the extension to train the sample by itself, which it does nowhere else: it removes this file when it has read it.
 * A file, because an environment variable does not reach the extension host of every VS Code. Only before the first run.
 */
export async function askForFirstRun(folder: string): Promise<boolean> {
  if (existsSync(path.join(folder, '.dropscope/runs'))) return false;
  await mkdir(path.join(folder, '.dropscope'), { recursive: true });
  await writeFile(path.join(folder, firstRunFile), '{ "train": true }\n');
  return true;
}
