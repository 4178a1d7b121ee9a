/**
 * A file as the analysis takes it: Python text with the place of each of its characters in the file (a notebook's code
 * cells joined into one text), or a config. By its name alone.
 */
import { readNotebook } from './notebook.ts';
import { type Source, withoutMagics } from './source.ts';

export interface SourceDocument {
  /** As it was named; only its ending matters. */
  readonly file: string;
  readonly text: string;
}

/** What kind of file a name means; null for one that is neither Python, notebook nor JSON. */
export function kindOfFile(file: string): 'python' | 'notebook' | 'config' | null {
  if (/\.pyi?$/i.test(file)) return 'python';
  if (/\.ipynb$/i.test(file)) return 'notebook';
  return /\.jsonc?$/i.test(file) ? 'config' : null;
}

export function sourceOf(document: SourceDocument): Source {
  const kind = kindOfFile(document.file);
  if (kind === 'config') return { kind };
  if (kind === 'python') return { kind, text: withoutMagics(document.text) };
  if (kind === 'notebook') return readNotebook(document.text);
  return { kind: 'unreadable', why: 'neither Python (.py), a notebook (.ipynb) nor JSON' };
}
