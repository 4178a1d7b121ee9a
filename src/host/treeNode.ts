/**
 * A native tree as plain data, and what changed between two of them. Views build the whole (small) model anew from the
 * run's state; only nodes that look different are redrawn, so nothing flickers and nothing collapses.
 */

export interface TreeNode {
  /** Stable for as long as the thing it shows exists. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Name of a codicon, without `$()`. */
  readonly icon: string;
  /** Theme colour of the icon, where it carries meaning beside its shape. */
  readonly iconColor?: string;
  /** Markdown. */
  readonly tooltip: string;
  /** For `viewItem` in menus. */
  readonly context?: string;
  /** What a screen reader says. */
  readonly spoken: string;
  readonly children: readonly TreeNode[];
  /** Mask that this node stands for, if it can be shown in the inspector. */
  readonly mask?: string;
  /** With a box before it: whether that is ticked. */
  readonly checked?: boolean;
}

/** Every node of a tree by its id. */
export function nodesById(roots: readonly TreeNode[]): Map<string, TreeNode> {
  const nodes = new Map<string, TreeNode>();
  const visit = (node: TreeNode) => {
    nodes.set(node.id, node);
    node.children.forEach(visit);
  };
  roots.forEach(visit);
  return nodes;
}

/** Id of each node's parent, for those that have one. */
export function parentsById(roots: readonly TreeNode[]): Map<string, string> {
  const parents = new Map<string, string>();
  for (const node of nodesById(roots).values()) for (const child of node.children) parents.set(child.id, node.id);
  return parents;
}

/** The first node, from the top, that is called `name` (run/NAME) or stands for the mask of that name. */
export function nodeFor(roots: readonly TreeNode[], name: string): TreeNode | undefined {
  const nodes = [...nodesById(roots).values()];
  return nodes.find(({ id }) => id.slice(id.indexOf('/') + 1) === name) ?? nodes.find(({ mask }) => mask === name);
}

/**
 * Ids of the nodes to redraw to get from one tree to the other, or "all" when the top level itself is another one. A
 * redraw includes everything below, so a node under one that is already listed is left out.
 */
export function changedNodes(before: readonly TreeNode[], after: readonly TreeNode[]): readonly string[] | 'all' {
  if (!sameIds(before, after)) return 'all';
  return after.flatMap((node, index) => {
    const old = before[index];
    return old === undefined ? [node.id] : changesBelow(old, node);
  });
}

function changesBelow(old: TreeNode, node: TreeNode): string[] {
  if (!sameIds(old.children, node.children) || !sameLook(old, node)) return [node.id];
  return node.children.flatMap((child, index) => changesBelow(old.children[index] ?? child, child));
}

function sameIds(left: readonly TreeNode[], right: readonly TreeNode[]): boolean {
  return left.length === right.length && left.every((node, index) => node.id === right[index]?.id);
}

/** The tooltip counts too, for it is what a pointer at rest is reading. */
function sameLook(left: TreeNode, right: TreeNode): boolean {
  const keys = ['label', 'description', 'icon', 'iconColor', 'tooltip', 'context', 'checked'] as const;
  return keys.every((key) => left[key] === right[key]);
}
