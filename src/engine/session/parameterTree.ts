/**
 * The module tree as the Parameters view shows it: learned weights where their owner has them, each raw weight with
 * the mask and derived weight made from it, and a tied weight once.
 */
import { leavesOf, type DerivedNode, type ParameterNode } from '../../shared/parameterNode.ts';
import { WeightDropout } from '../dropout/weightDropout.ts';
import type { Module } from '../nn/module.ts';
import type { Parameter } from '../nn/parameter.ts';

/** The tree below `root`, whose paths are assigned. */
export function parameterTree(root: Module): ParameterNode[] {
  return new TreeBuilder().childrenOf(root, '');
}

class TreeBuilder {
  readonly #owners = new Map<Parameter, string>();
  readonly #seen = new Set<Module>();

  childrenOf(module: Module, prefix: string): ParameterNode[] {
    const nodes = module.ownParameters.map((name) => this.#parameter(module, name));
    for (const [name, child] of module.children) {
      if (this.#seen.has(child)) continue;
      this.#seen.add(child);
      const label = prefix === '' ? name : `${prefix}.${name}`;
      // What a WeightDropout wraps is the same layer, and a list is only a number in a name.
      if (module instanceof WeightDropout) nodes.push(...this.childrenOf(child, ''));
      else if (child.ownParameters.length === 0 && isList(child)) nodes.push(...this.childrenOf(child, label));
      else nodes.push(...this.#module(child, label));
    }
    return nodes;
  }

  /** A module without a weight anywhere below it is no part of this tree. */
  #module(module: Module, label: string): ParameterNode[] {
    const children = this.childrenOf(module, '');
    if (children.length === 0) return [];
    const inner = module instanceof WeightDropout ? (module.module as Module) : module;
    return [
      {
        kind: 'module',
        name: module.path,
        label,
        type: inner.constructor.name,
        weights: countWeights(children),
        children,
      },
    ];
  }

  #parameter(module: Module, label: string): ParameterNode {
    const name = module.nameOf(label);
    const parameter = module.parameter(label)!;
    const owner = this.#owners.get(parameter);
    if (owner !== undefined) return { kind: 'tie', name, label, tiedTo: owner };
    this.#owners.set(parameter, name);
    const node = { kind: 'parameter' as const, name, label, shape: parameter.shape };
    const derived = module instanceof WeightDropout ? derivedNode(module as Dropout, label, parameter) : undefined;
    return derived ? { ...node, derived } : node;
  }
}

interface Dropout {
  readonly layerNames: readonly string[];
  nameOf(own: string): string;
}

function derivedNode(dropout: Dropout, label: string, raw: Parameter): DerivedNode | undefined {
  const name = dropout.layerNames.find((candidate) => `${candidate}_raw` === label);
  if (name === undefined) return undefined;
  return { mask: dropout.nameOf(name), name: dropout.nameOf(`module.${name}`), label: name, shape: raw.shape };
}

function isList(module: Module): boolean {
  return [...module.children.keys()].every((name) => /^\d+$/.test(name));
}

/** Weights below, a tied one not again. */
export function countWeights(nodes: readonly ParameterNode[]): number {
  return leavesOf(nodes).reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
}
