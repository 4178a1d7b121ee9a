// `npm run package`: builds and makes dropscope-VERSION.vsix in the top folder. What goes in is the allow-list of
// .vscodeignore; more than 5 MB is a failure.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { buildAll } from './build.ts';
import { root } from './paths.ts';

const budget = 5_000_000; // bytes

/** Packs what dist/ holds; resolves to the VSIX's path. */
export async function packExtension(): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const packagePath = path.join(root, `dropscope-${version}.vsix`);
  await createVSIX({ cwd: root, packagePath, dependencies: false, allowMissingRepository: true });
  const { size } = await stat(packagePath);
  if (size > budget) throw new Error(`${packagePath} has ${String(size)} bytes; at most ${String(budget)} are allowed`);
  return packagePath;
}

if (import.meta.main) {
  await buildAll();
  console.log(await packExtension());
}
