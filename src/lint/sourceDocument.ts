/**
 * A file as the analysis takes it: Python text with the place of each of its characters in the file (a notebook's code
 * cells joined into one text), or a config. By its name alone.
 */
import { readNotebook } from './notebook.ts';

export interface PythonSource {
  readonly kind: 'python';
  /** The Python that is parsed. */
  readonly text: string;
  /** Offset in `text` to offset in the file; absent when they are the same. */
  readonly origin?: Uint32Array;
}

export type Source = PythonSource | { readonly kind: 'config' } | { readonly kind: 'unreadable'; readonly why: string };

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

/** Lines of IPython (`%matplotlib inline`, `!pip install x`) become comments of the same length. */
export function withoutMagics(text: string): string {
  if (!/^[^\S\n]*[%!]/m.test(text)) return text;
  return text.replaceAll(/^([^\S\n]*)[%!]/gm, '$1#');
}
