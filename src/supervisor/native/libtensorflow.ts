/** An existing libtensorflow: where its parts are, and links to them where the package looks. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';

/** Headers, and the two libraries; newer builds split what was one file. */
export interface Libtensorflow {
  readonly include: string;
  readonly library: string;
  readonly framework: string;
}

const SUFFIXES = ['.so.2', '.so', '.2.dylib', '.dylib'];

/**
 * Finds it in the folder of a Python tensorflow (`site-packages/tensorflow`), of an unpacked libtensorflow, or a prefix such
 * as /usr/local. Throws a sentence that says what is missing.
 */
export function findLibtensorflow(folder: string): Libtensorflow {
  if (!existsSync(folder)) throw new Error(`${folder}: it does not exist (give the folder of a tensorflow)`);
  const find = (...stems: string[]): string | undefined =>
    [folder, path.join(folder, 'lib')]
      .flatMap((place) => stems.flatMap((stem) => SUFFIXES.map((suffix) => path.join(place, stem + suffix))))
      .find((file) => existsSync(file));
  const library = find('libtensorflow_cc', 'libtensorflow');
  const framework = find('libtensorflow_framework');
  const include = path.join(folder, 'include');
  const missing = [
    library === undefined && 'libtensorflow_cc or libtensorflow',
    framework === undefined && 'libtensorflow_framework',
    !existsSync(path.join(include, 'tensorflow', 'c', 'c_api.h')) && 'include/tensorflow/c/c_api.h',
  ].filter((what) => what !== false);
  if (library === undefined || framework === undefined || missing.length > 0) {
    const there = statSync(folder).isDirectory() ? readdirSync(folder).slice(0, 4).join(', ') : '';
    throw new Error(
      `${folder}: it lacks ${missing.join(' and ')} (it holds ${there || 'nothing'}; give site-packages/tensorflow of a Python, or an unpacked libtensorflow)`,
    );
  }
  return { include, library, framework };
}

/** Makes deps/ of the package from links. */
export async function linkLibtensorflow(found: Libtensorflow, packageFolder: string): Promise<void> {
  const deps = path.join(packageFolder, 'deps');
  const lib = path.join(deps, 'lib');
  await mkdir(lib, { recursive: true });
  await symlink(found.include, path.join(deps, 'include'), 'dir');
  const extension = found.library.includes('.dylib') ? '.dylib' : '.so';
  const links = new Map([
    [`libtensorflow${extension}`, found.library],
    [path.basename(found.library), found.library],
    [`libtensorflow_framework${extension}`, found.framework],
    [path.basename(found.framework), found.framework],
  ]);
  for (const [name, file] of links) await symlink(file, path.join(lib, name));
}
