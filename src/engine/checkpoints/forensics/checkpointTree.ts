/**
 * The modules of a file of weights and the tensors in them. A derived weight hangs under its raw one, wherever its name
 * stands, and a tie says which tensor it repeats, so that every number is counted once.
 */
import type { CheckpointNode } from '../../../shared/checkpointContract.ts';

export interface TreeTensor {
  readonly name: string;
  readonly cells: number;
}

/** Names are the file's and may be anything: deeper ones stay in one piece. */
const mostDepth = 32;

interface Branch {
  readonly name: string;
  readonly label: string;
  readonly branches: Map<string, Branch>;
  readonly order: (Branch | TreeTensor)[];
}

/** `pairs` maps raw to derived, `ties` a tensor to the one it repeats. */
export function checkpointTree(
  tensors: readonly TreeTensor[],
  pairs: ReadonlyMap<string, string>,
  ties: ReadonlyMap<string, string>,
): CheckpointNode {
  const root = branch('', '');
  const derived = new Set(pairs.values());
  for (const tensor of tensors) {
    if (derived.has(tensor.name)) continue;
    const parts = tensor.name.split('.');
    let at = root;
    for (const part of parts.slice(0, Math.min(mostDepth, parts.length - 1))) {
      const inner = at.branches.get(part) ?? branch(at.name === '' ? part : `${at.name}.${part}`, part);
      if (!at.branches.has(part)) at.order.push(inner);
      at.branches.set(part, inner);
      at = inner;
    }
    at.order.push(tensor);
  }
  return nodeOf(root, { pairs, ties });
}

const branch = (name: string, label: string): Branch => ({ name, label, branches: new Map(), order: [] });

interface Relations {
  readonly pairs: ReadonlyMap<string, string>;
  readonly ties: ReadonlyMap<string, string>;
}

function nodeOf({ name, label, order }: Branch, relations: Relations): CheckpointNode {
  let cells = 0;
  const children = order.map((child): CheckpointNode => {
    if ('order' in child) {
      const node = nodeOf(child, relations);
      if (node.kind === 'module') cells += node.cells;
      return node;
    }
    if (!relations.ties.has(child.name)) cells += child.cells;
    return leafOf(child, relations);
  });
  return { kind: 'module', name, label, cells, children };
}

function leafOf({ name }: TreeTensor, { pairs, ties }: Relations): CheckpointNode {
  const pair = pairs.get(name);
  const same = ties.get(name);
  const leaf = { kind: 'tensor', name, label: labelOf(name) } as const;
  if (pair !== undefined) {
    const derived = { kind: 'tensor', name: pair, label: labelOf(pair), role: 'derived', children: [] } as const;
    return { ...leaf, role: 'raw', pair, children: [derived] };
  }
  return same === undefined ? { ...leaf, role: 'plain', children: [] } : { ...leaf, role: 'tie', same, children: [] };
}

function labelOf(name: string): string {
  const parts = name.split('.');
  return parts.length > mostDepth ? parts.slice(mostDepth).join('.') : (parts.at(-1) ?? name);
}
