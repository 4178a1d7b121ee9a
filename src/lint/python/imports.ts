/** Which full name each imported name stands for, and which modules were imported with a star. */
import { children, type Node } from './syntax.ts';

export interface Imports {
  /** Local name to full dotted name: `import torch.nn.functional as F` gives F. */
  readonly names: ReadonlyMap<string, string>;
  readonly stars: readonly string[];
}

export function readImports(statements: readonly Node[], text: string): Imports {
  const names = new Map<string, string>();
  const stars: string[] = [];
  for (const statement of statements) {
    const parts = children(statement).filter(({ name }) => name !== 'Comment');
    if (parts[0]?.name === 'from') readFrom(parts, text, names, stars);
    else readPlain(parts, text, names);
  }
  return { names, stars };
}

/** `import a.b, c as d`: without `as`, the first part of the name becomes known under itself. */
function readPlain(parts: readonly Node[], text: string, names: Map<string, string>): void {
  let dotted = '';
  for (let i = 1; i <= parts.length; i++) {
    const part = parts[i];
    if (part?.name === 'as') {
      const alias = parts[++i];
      if (alias) names.set(text.slice(alias.from, alias.to), dotted);
      dotted = '';
    } else if (part === undefined || part.name === ',') {
      const root = dotted.split('.')[0];
      if (root) names.set(root, root);
      dotted = '';
    } else dotted += text.slice(part.from, part.to);
  }
}

/** `from a.b import (c as d, e)` and `from a import *`; a relative module keeps its leading dots. */
function readFrom(parts: readonly Node[], text: string, names: Map<string, string>, stars: string[]): void {
  const at = parts.findIndex(({ name }) => name === 'import');
  if (at === -1) return;
  const module = parts
    .slice(1, at)
    .map((part) => text.slice(part.from, part.to))
    .join('');
  const imported = parts.slice(at + 1);
  for (let i = 0; i < imported.length; i++) {
    const part = imported[i]!;
    if (part.name === '*') stars.push(module);
    if (part.name !== 'VariableName') continue;
    const name = text.slice(part.from, part.to);
    const alias = imported[i + 1]?.name === 'as' ? imported[(i += 2)] : part;
    if (alias)
      names.set(text.slice(alias.from, alias.to), module.endsWith('.') ? `${module}${name}` : `${module}.${name}`);
  }
}
