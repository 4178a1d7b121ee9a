/**
 * Where the wasm backend's files are: beside the bundle in what we ship; in a checkout in out/wasm, compiled when a
 * source is newer.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One of the files that build.mjs writes, the last one. */
const LAST = 'kernels-relaxed-shared.wasm';

export function wasmFolder(): string {
  if (typeof __dirname === 'string') return join(__dirname, 'wasm');
  const sources = import.meta.dirname;
  const folder = join(sources, '../../../out/wasm');
  const build = join(sources, 'build.mjs');
  if (!isFresh(join(folder, LAST), build, join(sources, 'assembly'))) {
    execFileSync(process.execPath, [build, folder], { stdio: 'pipe' });
  }
  return folder;
}

function isFresh(target: string, build: string, assembly: string): boolean {
  if (!existsSync(target)) return false;
  const made = statSync(target).mtimeMs;
  const sources = [build, ...readdirSync(assembly).map((name) => join(assembly, name))];
  return sources.every((source) => statSync(source).mtimeMs <= made);
}
