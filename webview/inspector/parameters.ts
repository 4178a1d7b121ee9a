/** The leaves of the module tree as a flat list, in its order; ties are no leaves. */
import type { ParameterNode } from '../../src/shared/parameterNode.ts';

export interface Leaf {
  readonly name: string;
  readonly shape: readonly number[];
  /** Mask name of the weight made from it, or "". */
  readonly mask: string;
}

export function leavesOf(tree: readonly ParameterNode[]): Leaf[] {
  return tree.flatMap((node) => {
    if (node.kind === 'module') return leavesOf(node.children);
    return node.kind === 'parameter' ? [{ name: node.name, shape: node.shape, mask: node.derived?.mask ?? '' }] : [];
  });
}

/** "rnns.0.weight_ih_l0" of "0.rnns.0.module.weight_ih_l0": short, but never at the end, where `_raw` is the point. */
export function shortParameter(name: string): string {
  return name.replace(/^\d+\./, '').replace('.module.', '.');
}
