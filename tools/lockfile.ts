// Keeps package-lock.json complete. A registry that carries only some platforms' packages makes npm leave the others out of
// the lock file, and `npm ci` then refuses it everywhere. Run this after `npm install`: it adds what is missing, by name,
// version and platform; npm fetches nothing of it on a platform that does not match.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.ts';

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const file = path.join(root, 'package-lock.json');
const systems = ['android', 'darwin', 'freebsd', 'netbsd', 'openbsd', 'linux', 'openharmony', 'sunos', 'win32', 'aix'];

/** The optional packages that are asked for in the lock file but not in it: place in the tree, and entry to add. */
export async function missingFromLock(): Promise<Map<string, Locked>> {
  const { packages } = JSON.parse(await readFile(file, 'utf8')) as { packages: Record<string, Locked> };
  const missing = new Map<string, Locked>();
  for (const { dev, optionalDependencies } of Object.values(packages))
    for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
      const present = Object.keys(packages).some((place) => place.endsWith(`node_modules/${name}`));
      if (!present)
        missing.set(`node_modules/${name}`, {
          version,
          ...(dev === true ? { dev } : {}),
          optional: true,
          ...platform(name),
        });
    }
  return missing;
}

/** Platform packages are named PACKAGE-SYSTEM-PROCESSOR[-LIBRARY]. */
function platform(name: string): { os?: string[]; cpu?: string[] } {
  const words = name.split(/[/-]/);
  const at = words.findIndex((word) => systems.includes(word));
  const [os, cpu] = [words[at], words[at + 1]];
  if (at < 0 || os === undefined || cpu === undefined) return {};
  return { os: [os], cpu: [cpu === 'arm64' || cpu === 'x64' || cpu === 'ia32' ? cpu : cpu.replace(/^arm.*/, 'arm')] };
}

if (import.meta.main) {
  const missing = await missingFromLock();
  const lock = JSON.parse(await readFile(file, 'utf8')) as { packages: Record<string, Locked> };
  const all = Object.entries({ ...lock.packages, ...Object.fromEntries(missing) });
  all.sort(([a], [b]) => a.localeCompare(b, 'en'));
  await writeFile(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(all) }, null, 2)}\n`);
  console.log(`added ${String(missing.size)} entries to package-lock.json`);
}
