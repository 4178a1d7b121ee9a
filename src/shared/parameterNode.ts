/**
 * The module tree of a model, as the Parameters view shows it: what is learned, and what is made from it at every step.
 */

/** One node of the module tree, as the Parameters view shows it. */
export type ParameterNode =
  | {
      readonly kind: 'module';
      readonly name: string;
      readonly label: string;
      readonly type: string;
      readonly weights: number;
      readonly children: readonly ParameterNode[];
    }
  | {
      readonly kind: 'parameter';
      readonly name: string;
      readonly label: string;
      readonly shape: readonly number[];
      readonly derived?: DerivedNode;
    }
  | { readonly kind: 'tie'; readonly name: string; readonly label: string; readonly tiedTo: string };

/** A weight that is learned. */
export type ParameterLeaf = Extract<ParameterNode, { readonly kind: 'parameter' }>;

/** All that is learned, in the order of the tree; a tied weight once, where its owner has it. */
export function leavesOf(tree: readonly ParameterNode[]): ParameterLeaf[] {
  return tree.flatMap((node) => {
    if (node.kind === 'module') return leavesOf(node.children);
    return node.kind === 'parameter' ? [node] : [];
  });
}

/** What is made from a raw weight at every step: its mask and the weight the layer really uses. */
export interface DerivedNode {
  /** Mask name of docs/contracts.md section 4, for example "0.rnns.0.weight_hh_l0". */
  readonly mask: string;
  /** Name of the derived tensor, for example "0.rnns.0.module.weight_hh_l0". */
  readonly name: string;
  readonly label: string;
  readonly shape: readonly number[];
}
