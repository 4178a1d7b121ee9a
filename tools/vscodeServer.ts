// A real VS Code where only the npm registry can be reached: the package code-server carries the VS Code server and its
// workbench. This file sets it up once under .vscode-test/server; workbench.ts starts it.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { environmentOutsideNpm } from '../src/supervisor/native/runTool.ts';
import { ensurePackages } from './debianPackages.ts';
import { withLock } from './lock.ts';
import { fetched } from './paths.ts';
import { run, runOrFail } from './processes.ts';
import { say } from './progress.ts';

export interface VscodeServer {
  /** The Node 24 that runs it. */
  readonly node: string;
  /** Its entry point, server-main.js. */
  readonly main: string;
}

const codeServer = 'code-server@4.139.1'; // VS Code 1.139.1
/** Native modules the server cannot do without. Kerberos is left out: it needs headers and serves only proxies. */
const nativeModules = [
  '@vscode/spdlog',
  'node-pty',
  '@parcel/watcher',
  '@vscode/native-watchdog',
  '@vscode/sqlite3',
  '@vscode/fs-copyfile',
];

const folder = path.join(fetched, 'server');
const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');
const stampFile = path.join(folder, 'stamp.json');

/** The VS Code server, set up first if need be: about a minute and 730 MB, once. */
export async function ensureServer(): Promise<VscodeServer> {
  const stamp = JSON.stringify({ codeServer, nodeAbi: process.versions.modules, arch: process.arch });
  const server = { node: process.execPath, main: path.join(vscode, 'out/server-main.js') };
  if (Number(process.versions.node.split('.')[0]) !== 24)
    throw new Error(
      `the VS Code server needs Node 24, this is ${process.version} (use npm start or npm test, which bring their own)`,
    );
  await withLock(path.join(fetched, 'server.mutex'), async () => {
    if ((await readFile(stampFile, 'utf8').catch(() => '')) !== stamp) await install(stamp);
  });
  return server;
}

async function install(stamp: string): Promise<void> {
  await ensureCompiler();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{ "name": "vscode-server", "private": true }\n');
  const env = {
    ...environmentOutsideNpm(),
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    JOBS: 'max',
    ...nodeHeaders(),
  };
  const npm = (cwd: string, ...args: string[]): Promise<string> =>
    runOrFail('npm', args, { cwd, env, timeout: 900_000 });

  say(`fetching the VS Code server from npm (${codeServer}; once, 730 MB)`);
  await npm(folder, 'install', '--ignore-scripts', codeServer);
  say('fetching what the server depends on');
  await npm(vscode, 'install', '--omit=dev', '--ignore-scripts');
  say("building the server's native modules");
  await npm(vscode, 'rebuild', ...nativeModules);
  const answer = await run(process.execPath, [path.join(vscode, 'out/server-main.js'), '--version'], {
    timeout: 60_000,
  });
  if (answer.code !== 0) throw new Error(`the VS Code server does not start:\n${answer.output}`);
  await writeFile(stampFile, stamp);
  say(`the VS Code server is ready: ${answer.output.trim().split('\n')[0] ?? ''}`);
}

/** Makes sure that native modules can be built: a compiler, and Node's headers (Debian's serve where no Node has its own). */
export async function ensureCompiler(): Promise<void> {
  await ensurePackages(['python3', 'make', 'g++', ...(nodeHeaders() === undefined ? ['libnode-dev'] : [])]);
}

/**
 * Tells node-gyp where Node's headers are, so that it need not fetch them: the prefix of a Node that has them (N-API modules
 * built against an older Node run on 24). Undefined when there is none.
 */
export function nodeHeaders(): { readonly npm_config_nodedir: string } | undefined {
  const folders = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((entry) => existsSync(path.join(entry, 'node')));
  const prefixes = [
    process.env['npm_config_nodedir'],
    ...folders.map((entry) => path.dirname(entry)),
    '/usr',
    '/usr/local',
  ];
  const found = prefixes.find(
    (prefix) => prefix !== undefined && existsSync(path.join(prefix, 'include/node/node_api.h')),
  );
  return found === undefined ? undefined : { npm_config_nodedir: found };
}
