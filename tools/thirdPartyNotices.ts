// The licences of everything by others that went into the bundles, as one text that travels with them: MIT, ISC, BSD and
// Apache all ask for that. Taken from the packages themselves when building, so it cannot fall behind.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.ts';

const modules = path.join(root, 'node_modules');
const licenceFile = /^(licen[cs]e|copying|notice|thirdpartynotices)/i;

interface Manifest {
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
}

/** Folders below node_modules of the packages that these inputs of a bundle come from, nested copies apart. */
export function packagesOf(inputs: readonly string[]): string[] {
  const folders = inputs.flatMap(
    (input) => /node_modules\/((?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [],
  );
  return [...new Set(folders)].sort();
}

/** The text for these packages. One without a known licence is an error: it could not be shipped. */
export function thirdPartyNotices(packages: readonly string[]): string {
  const parts = packages.map((name) => {
    const folder = path.join(modules, name);
    const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
    const { version, license } = manifest;
    if (license === undefined) throw new Error(`${name}: its package.json names no licence, so it cannot be shipped`);
    return `${name.replace(/.*node_modules\//, '')} ${version} (${license})\n\n${licenceText(folder, manifest)}`;
  });
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `Dropscope contains the following software by others.${rule}${parts.join(rule)}\n`;
}

/** The package's own files; where it brings none, the common text of the licence that its package.json names. */
function licenceText(folder: string, { license = '', author }: Manifest): string {
  const own = readdirSync(folder).filter((file) => licenceFile.test(file));
  if (own.length > 0) return own.map((file) => textOf(path.join(folder, file))).join('\n\n');
  // TypeScript brings the whole text of Apache 2.0; the text of MIT is our own with its author's name.
  if (license === 'Apache-2.0') return textOf(path.join(modules, 'typescript/LICENSE.txt'));
  const holder = typeof author === 'string' ? author : author?.name;
  if (license === 'MIT' && holder !== undefined)
    return textOf(path.join(root, 'LICENSE')).replace(/^Copyright.*$/m, `Copyright (c) ${holder}`);
  throw new Error(`${folder}: there is no text of its licence, ${license}, so it cannot be shipped`);
}

function textOf(file: string): string {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim();
}
