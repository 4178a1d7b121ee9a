// Finds circles of imports in the bundles, from the list of inputs that the build keeps: a circle makes the order in which
// modules start depend on who was asked first. Type-only imports are gone by then, and harmless.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { out } from './paths.ts';

interface Metafile {
  readonly inputs: Readonly<Record<string, { readonly imports: readonly { readonly path: string }[] }>>;
}

/** Each circle of our own files as "a.ts → b.ts → a.ts"; empty when there is none. */
export async function importCycles(): Promise<string[]> {
  const bundles = JSON.parse(await readFile(path.join(out, 'metafile.json'), 'utf8')) as Record<string, Metafile>;
  const imports = new Map<string, readonly string[]>();
  for (const { inputs } of Object.values(bundles))
    for (const [file, input] of Object.entries(inputs))
      if (!file.includes('node_modules/'))
        imports.set(
          file,
          input.imports.map((entry) => entry.path),
        );
  return circles(imports);
}

/** Depth-first search; a file met again while still being visited closes a circle. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const trail: string[] = [];
  const visit = (file: string): void => {
    if (finished.has(file)) return;
    const start = trail.indexOf(file);
    if (start >= 0) {
      found.push([...trail.slice(start), file].join(' → '));
      return;
    }
    trail.push(file);
    for (const next of imports.get(file) ?? []) visit(next);
    trail.pop();
    finished.add(file);
  };
  for (const file of imports.keys()) visit(file);
  return found;
}
