// Bundles every file of suite/ into one module that the extension host can load.
import { globSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

/** Writes the bundle; it keeps its report beside itself, where that of an earlier run is taken away. */
export async function bundleSuite(outfile: string): Promise<void> {
  const files = globSync('suite/*.ts', { cwd: import.meta.dirname }).sort();
  const contents = [...files.map((file) => `import './${file}';`), "export { run } from './hostTest.ts';"].join('\n');
  await rm(path.join(path.dirname(outfile), 'report.json'), { force: true });
  await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    logLevel: 'warning',
    sourcemap: 'inline',
    absWorkingDir: path.resolve(import.meta.dirname, '../..'),
  });
}
