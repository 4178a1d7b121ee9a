/** Python text to a syntax tree, reusing what an edit did not touch. */
import { type Tree, TreeFragment } from '@lezer/common';
import { parser } from '@lezer/python';

export interface ParsedPython {
  readonly text: string;
  readonly tree: Tree;
}

/** `previous` is an earlier state of the same text: only the changed middle is parsed again. Never throws. */
export function parsePython(text: string, previous?: ParsedPython): ParsedPython {
  if (!previous) return { text, tree: parser.parse(text) };
  if (previous.text === text) return previous;
  const [old, shortest] = [previous.text, Math.min(previous.text.length, text.length)];
  let from = 0;
  while (from < shortest && old[from] === text[from]) from++;
  let same = 0;
  while (same < shortest - from && old[old.length - 1 - same] === text[text.length - 1 - same]) same++;
  const change = { fromA: from, toA: old.length - same, fromB: from, toB: text.length - same };
  const fragments = TreeFragment.applyChanges(TreeFragment.addTree(previous.tree), [change]);
  return { text, tree: parser.parse(text, fragments) };
}
