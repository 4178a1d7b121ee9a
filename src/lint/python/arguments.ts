/** The arguments of a call, positional and by keyword, and their parameters by a known order of names. */
import { children, type Node } from './syntax.ts';

export interface Argument {
  /** Null for a positional one. */
  readonly keyword: string | null;
  readonly keywordNode: Node | null;
  readonly value: Node;
}

export interface Arguments {
  readonly given: readonly Argument[];
  /** Values of `*args`. */
  readonly starred: readonly Node[];
  /** Values of `**kwargs`. */
  readonly doubleStarred: readonly Node[];
}

/** Reads the ArgList of a call, however broken: what cannot be read is left out. */
export function argumentsOf(call: Node, text: string): Arguments {
  const given: Argument[] = [];
  const starred: Node[] = [];
  const doubleStarred: Node[] = [];
  const list = call.getChild('ArgList');
  for (const parts of list ? separated(children(list).slice(1)) : []) {
    const [first, second, third] = parts;
    if (!first || first.type.isError) continue;
    if (first.name === '*' && second) starred.push(second);
    else if (first.name === '**' && second) doubleStarred.push(second);
    else if (second?.name === 'AssignOp') {
      const keyword = text.slice(first.from, first.to);
      if (third && !third.type.isError) given.push({ keyword, keywordNode: first, value: third });
    } else given.push({ keyword: null, keywordNode: null, value: first });
  }
  return { given, starred, doubleStarred };
}

/** Splits nodes at commas; the closing bracket ends them. */
export function separated(nodes: readonly Node[]): Node[][] {
  const groups: Node[][] = [];
  let group: Node[] = [];
  for (const node of nodes) {
    if (node.name === 'Comment') continue;
    if (node.name === ',' || node.name === ')' || node.name === ']' || node.name === '}') {
      if (group.length > 0) groups.push(group);
      group = [];
    } else group.push(node);
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

/** Arguments by parameter name; positional ones after a `*args` are unknown and left out. */
export function bindArguments(given: Arguments, parameters: readonly string[]): Map<string, Argument> {
  const bound = new Map<string, Argument>();
  let position = 0;
  const firstStar = given.starred[0]?.from ?? Infinity;
  for (const argument of given.given) {
    const name = argument.keyword ?? (argument.value.from < firstStar ? parameters[position++] : undefined);
    if (name !== undefined && !bound.has(name)) bound.set(name, argument);
  }
  return bound;
}
