// The Debian packages that some tools need: installed when we may, else one sentence says what to install.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { say } from './progress.ts';
import { runOrFail } from './processes.ts';

/** What each package is known by: a command on PATH, or an absolute path. */
const signs: Readonly<Record<string, string>> = {
  chromium: 'chromium',
  'fonts-dejavu-core': '/usr/share/fonts/truetype/dejavu',
  python3: 'python3',
  make: 'make',
  'g++': 'g++',
  'libnode-dev': '/usr/include/node/node_api.h',
};

/** Installs whichever of these packages are missing; rejects with one sentence where that is not possible. */
export async function ensurePackages(names: readonly string[]): Promise<void> {
  const missing = names.filter((name) => findCommand(signs[name] ?? name) === undefined);
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || findCommand('apt-get') === undefined)
    throw new Error(`missing: ${missing.join(', ')}. Install with: ${command} (as root)`);
  say(`installing ${missing.join(', ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runOrFail('apt-get', ['update', '-q'], { env, timeout: 300_000 });
  await runOrFail('apt-get', command.split(' ').slice(1), { env, timeout: 600_000 });
}

/** The full path of a command on PATH (or of an absolute path that exists), or undefined. */
export function findCommand(name: string): string | undefined {
  if (path.isAbsolute(name)) return existsSync(name) ? name : undefined;
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}
