/** Small questions about nodes of the Python grammar: their text, their parts, the dotted name they spell. */
import type { SyntaxNode } from '@lezer/common';

export type Node = SyntaxNode;

export function children(node: Node): Node[] {
  const found: Node[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

/** Every node below `node` with that name, in the order of the text, `node` itself included. */
export function within(node: Node, name: string): Node[] {
  const found: Node[] = [];
  node.cursor().iterate((inner) => {
    if (inner.name === name) found.push(inner.node);
  });
  return found;
}

/** The closest node around `node` (itself excluded) that has one of the names. */
export function enclosing(node: Node, ...names: readonly string[]): Node | null {
  let around = node.parent;
  while (around && !names.includes(around.name)) around = around.parent;
  return around;
}

export function isInside(node: Node, outer: Node): boolean {
  return node.from >= outer.from && node.to <= outer.to;
}

/** The expression without parentheses around it. */
export function bare(node: Node): Node {
  let inner = node;
  while (inner.name === 'ParenthesizedExpression') {
    const content = inner.firstChild?.nextSibling;
    if (!content || content.name === ')' || content.type.isError) return inner;
    inner = content;
  }
  return inner;
}

/** The object of `object.name`; null for anything else, `object[index]` included. */
export function attributeOf(node: Node, text: string): { readonly object: Node; readonly name: string } | null {
  if (node.name !== 'MemberExpression') return null;
  const [object, property] = [node.firstChild, node.lastChild];
  if (!object || property?.name !== 'PropertyName') return null;
  return { object, name: text.slice(property.from, property.to) };
}

/** The parts of `object[index]`; null for anything else and for slices and tuples. */
export function subscriptOf(node: Node): { readonly object: Node; readonly index: Node } | null {
  if (node.name !== 'MemberExpression') return null;
  const [object, open, index, close] = children(node);
  if (!object || !index || open?.name !== '[' || close?.name !== ']') return null;
  return { object, index };
}

/** "a.b.c" of names and attributes; null when anything else takes part. */
export function dottedName(node: Node, text: string): string | null {
  const parts: string[] = [];
  let part = node;
  for (;;) {
    if (part.name === 'VariableName') return [text.slice(part.from, part.to), ...parts].join('.');
    const attribute = attributeOf(part, text);
    if (!attribute) return null;
    parts.unshift(attribute.name);
    part = attribute.object;
  }
}

/** The callee of a call. */
export function calleeOf(call: Node): Node | null {
  return call.name === 'CallExpression' ? call.firstChild : null;
}

/** The method name and object of `object.name(…)`. */
export function methodCall(call: Node, text: string): { readonly object: Node; readonly name: string } | null {
  const callee = calleeOf(call);
  return callee ? attributeOf(callee, text) : null;
}

/** The value of a plain string literal (also joined ones); null for f-strings, bytes and everything else. */
export function stringValue(node: Node, text: string): string | null {
  if (node.name === 'ContinuedString') {
    const parts = children(node).map((part) => stringValue(part, text));
    return parts.includes(null) ? null : parts.join('');
  }
  if (node.name !== 'String') return null;
  const source = text.slice(node.from, node.to);
  const open = source.search(/['"]/);
  if (open === -1 || /[bB]/.test(source.slice(0, open))) return null;
  const quote = source.slice(open).startsWith(source[open]!.repeat(3)) ? 3 : 1;
  const content = source.slice(open + quote, -quote);
  return content.includes('\\') ? null : content;
}
