// A desktop VS Code for a person with a display: the installed one, else the one test-electron downloads.
import path from 'node:path';
import { download } from '@vscode/test-electron';
import { findCommand } from './debianPackages.ts';
import { fetched, out, root } from './paths.ts';
import { say } from './progress.ts';
import { run } from './processes.ts';
import { sentenceOf } from '../src/shared/sentenceOf.ts';

/** The executable of a desktop VS Code, or undefined where there is none to be had: no display, root, or no download. */
export async function findDesktop(): Promise<string | undefined> {
  const display =
    process.platform !== 'linux' ||
    process.env['DISPLAY'] !== undefined ||
    process.env['WAYLAND_DISPLAY'] !== undefined;
  if (!display || process.getuid?.() === 0) return undefined;
  const installed = findCommand('code');
  if (installed !== undefined) return installed;
  try {
    say('no VS Code is installed: downloading one');
    return await download({ cachePath: fetched, timeout: 30_000 });
  } catch (error) {
    say(`the download was refused (${sentenceOf(error)})`);
    return undefined;
  }
}

/** Opens the workspace in it, with this checkout as the extension; resolves when its window is closed. */
export async function openDesktop(executable: string, workspace: string): Promise<void> {
  say(`opening ${workspace} in ${executable}; Ctrl+C ends`);
  const own = [
    '--user-data-dir',
    path.join(out, 'desktop/data'),
    '--extensions-dir',
    path.join(out, 'desktop/extensions'),
  ];
  const flags = ['--new-window', '--wait', '--disable-workspace-trust', `--extensionDevelopmentPath=${root}`];
  const { code, output } = await run(executable, [...flags, ...own, workspace]);
  if (code !== 0) throw new Error(`${executable} exited with ${String(code)}: ${output.trim()}`);
}
