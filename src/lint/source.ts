/** What is left of a file once its kind is known: Python text to parse, a config, or the reason why neither. */
export interface PythonSource {
  readonly kind: 'python';
  /** The Python that is parsed. */
  readonly text: string;
  /** Offset in `text` to offset in the file; absent when they are the same. */
  readonly origin?: Uint32Array;
}

export type Source = PythonSource | { readonly kind: 'config' } | { readonly kind: 'unreadable'; readonly why: string };

/** Lines of IPython (`%matplotlib inline`, `!pip install x`) become comments of the same length. */
export function withoutMagics(text: string): string {
  if (!/^[^\S\n]*[%!]/m.test(text)) return text;
  return text.replaceAll(/^([^\S\n]*)[%!]/gm, '$1#');
}
