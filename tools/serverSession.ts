// One running VS Code server: a port, folders of its own for data and extensions, and the address that opens a workspace
// in it with an extension, linked as an installed one or in development mode.
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { end, runOrFail, start } from './processes.ts';
import { ensureServer } from './vscodeServer.ts';

export interface SessionOptions {
  /** An absolute folder that is emptied first; it takes the server's data, extensions and log. */
  readonly folder: string;
  /** User settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /**
   * The folder of an extension that is there as an installed one, as for a person. One in development mode needs a switch
   * for the address to be heeded that also keeps every notification from the screen.
   */
  readonly linked?: string;
  /** A VSIX to install before the start. */
  readonly install?: string;
  /** Whether workspaces are untrusted until somebody trusts them, as for a person; otherwise all are trusted. */
  readonly untrusted?: boolean;
  /** More environment for the server and the extension hosts it starts. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ServerSession {
  readonly port: number;
  /** The address of a workspace, with the extension loaded from its folder and, if given, a test module run in its host. */
  readonly address: (what: { workspace: string; extension?: string; tests?: string }) => string;
  /** Rejects when the server ends although nobody closed it. */
  readonly ended: Promise<void>;
  readonly close: () => Promise<void>;
}

/** Without these a first start shows a welcome page, a chat side bar and prompts over what one came to see. */
const quiet = {
  'workbench.startupEditor': 'none',
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'git.autofetch': false,
};

/** Starts the VS Code server (set up first if need be) on a port of its own choice. */
export async function startServer(options: SessionOptions): Promise<ServerSession> {
  const { node, main } = await ensureServer();
  const { folder } = options;
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, 'data/User'), { recursive: true });
  await mkdir(path.join(folder, 'extensions'), { recursive: true });
  await writeFile(
    path.join(folder, 'data/User/settings.json'),
    JSON.stringify(
      { ...quiet, 'security.workspace.trust.enabled': options.untrusted === true, ...options.settings },
      null,
      2,
    ),
  );
  const folders = [
    '--server-data-dir',
    folder,
    '--user-data-dir',
    path.join(folder, 'data'),
    '--extensions-dir',
    path.join(folder, 'extensions'),
  ];
  if (options.linked !== undefined)
    await symlink(options.linked, path.join(folder, 'extensions', path.basename(options.linked)), 'junction');
  if (options.install !== undefined)
    await runOrFail(node, [main, '--install-extension', options.install, '--accept-server-license-terms', ...folders], {
      timeout: 600_000,
    });

  const flags = [
    '--without-connection-token',
    '--accept-server-license-terms',
    ...(options.untrusted === true ? [] : ['--disable-workspace-trust']),
    ...(options.linked === undefined ? ['--enable-smoke-test-driver'] : []),
  ];
  const log = path.join(folder, 'server.log');
  const child = start(node, [main, '--host', '127.0.0.1', '--port', '0', ...flags, ...folders], log, {
    env: { ...process.env, ...options.env },
  });
  const port = await answeringPort(log, () => child.exitCode === null);
  let closing = false;
  const ended = new Promise<void>((resolve, reject) => {
    child.once('close', () =>
      closing ? resolve() : reject(new Error(`the VS Code server ended by itself; its log is ${log}`)),
    );
  });
  ended.catch(() => undefined); // whoever waits for it is told; nobody has to
  const remote = (file: string): string => `vscode-remote://127.0.0.1:${String(port)}${file}`;
  return {
    port,
    address: ({ workspace, extension, tests }) => {
      const payload = [
        ...(extension === undefined ? [] : [['extensionDevelopmentPath', remote(extension)]]),
        ...(tests === undefined ? [] : [['extensionTestsPath', remote(tests)]]),
      ];
      const query = payload.length === 0 ? '' : `&payload=${encodeURIComponent(JSON.stringify(payload))}`;
      return `http://127.0.0.1:${String(port)}/?folder=${encodeURI(workspace)}${query}`;
    },
    ended,
    close: () => {
      closing = true;
      return end(child);
    },
  };
}

/** The port that the server says it listens on, once it answers there. */
async function answeringPort(log: string, alive: () => boolean): Promise<number> {
  for (let attempt = 0; attempt < 1800 && alive(); attempt++) {
    const port = /listening on (\d+)/.exec(await readFile(log, 'utf8').catch(() => ''))?.[1];
    const answer = port && (await fetch(`http://127.0.0.1:${port}/version`).catch(() => undefined));
    if (answer && answer.ok) return Number(port);
    await delay(100);
  }
  throw new Error(`the VS Code server did not answer; its log is ${log}`);
}
