/**
 * What a tree view was told last, by id: what it may ask for, and what of it has to be told anew. A view asks piece by piece
 * while the tree may become another one; a node that has gone meanwhile is shown empty, until the tree is told whole again.
 */
import { changedNodes, nodesById, parentsById, type TreeNode } from './treeNode.ts';

export class TreeModel {
  #roots: readonly TreeNode[] = [];
  #nodes = new Map<string, TreeNode>();
  #outdated = false;
  readonly #missed: () => void;

  /** `missed` is called when the view asked for what is no longer there, and has to be told of the whole tree. */
  constructor(missed: () => void) {
    this.#missed = missed;
  }

  get roots(): readonly TreeNode[] {
    return this.#roots;
  }

  /** From now on the tree is this one. Gives the ids of the nodes to be told anew, or "all". */
  become(roots: readonly TreeNode[]): readonly string[] | 'all' {
    const changes = this.#outdated ? 'all' : changedNodes(this.#roots, roots);
    this.#outdated = false;
    this.#replace(roots);
    return changes;
  }

  /** From now on the tree is this one, which the view is asking for from its top. */
  askedFor(roots: readonly TreeNode[]): void {
    this.#replace(roots);
  }

  /** The node of that id; undefined when it has just gone. */
  node(id: string): TreeNode | undefined {
    const node = this.#nodes.get(id);
    if (!node) {
      this.#outdated = true;
      this.#missed();
    }
    return node;
  }

  /** Ids of its children, or of the top level. */
  children(id?: string): string[] {
    const children = id === undefined ? this.#roots : (this.node(id)?.children ?? []);
    return children.map((child) => child.id);
  }

  parent(id: string): string | undefined {
    return parentsById(this.#roots).get(id);
  }

  #replace(roots: readonly TreeNode[]): void {
    this.#roots = roots;
    this.#nodes = nodesById(roots);
  }
}
