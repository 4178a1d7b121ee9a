/**
 * The base of everything with weights: a tree of modules with parameters, named as PyTorch names them, and one switch
 * between training and evaluation.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Parameter } from './parameter.ts';

export abstract class Module {
  /** True in training: dropout acts. Set by train() and eval(), for the whole tree. */
  training = true;

  #path = '';
  readonly #parameters = new Map<string, Parameter>();
  readonly #children = new Map<string, Module>();
  readonly #substitutes = new Map<string, () => tf.Tensor>();

  /** Name of this module below the root it was named from, such as `0.rnns.1`; empty at the root. */
  get path(): string {
    return this.#path;
  }

  /** Direct children by name, in order. */
  get children(): ReadonlyMap<string, Module> {
    return this.#children;
  }

  train(): this {
    return this.#setTraining(true);
  }

  eval(): this {
    return this.#setTraining(false);
  }

  #setTraining(training: boolean): this {
    for (const [, module] of this.namedModules()) module.training = training;
    return this;
  }

  /** This module and all below it, by path relative to this one. A module held twice appears at its first place. */
  namedModules(): Map<string, Module> {
    const found = new Map<Module, string>();
    const visit = (module: Module, path: string): void => {
      if (found.has(module)) return;
      found.set(module, path);
      for (const [name, child] of module.#children) visit(child, joinPath(path, name));
    };
    visit(this, '');
    return new Map(Array.from(found, ([module, path]) => [path, module]));
  }

  /** Every parameter below this module, by name; a shared (tied) one once, at its first place. */
  namedParameters(): Map<string, Parameter> {
    const found = new Map<Parameter, string>();
    for (const [path, module] of this.namedModules()) {
      for (const [name, parameter] of module.#parameters) {
        if (!found.has(parameter)) found.set(parameter, joinPath(path, name));
      }
    }
    return new Map(Array.from(found, ([parameter, name]) => [name, parameter]));
  }

  /**
   * Tells every module its path below this one, which names its mask streams and what it publishes. The builder of a
   * model calls it once, on the root.
   */
  assignPaths(): this {
    for (const [path, module] of this.namedModules()) module.#path = path;
    return this;
  }

  /** Name of something of this module's, such as a mask or a derived weight. */
  nameOf(own: string): string {
    return joinPath(this.#path, own);
  }

  /** The tensor this module computes with under that name: its parameter, or what a wrapper derived from it. */
  weight(name: string): tf.Tensor {
    const weight = this.#substitutes.get(name)?.() ?? this.#parameters.get(name)?.variable;
    if (!weight)
      throw new Error(
        `${this.constructor.name} has no weight ${name} (it has ${[...this.#parameters.keys()].join(', ')})`,
      );
    return weight;
  }

  parameter(name: string): Parameter | undefined {
    return this.#parameters.get(name);
  }

  /** Names of the parameters of this module itself. */
  get ownParameters(): string[] {
    return [...this.#parameters.keys()];
  }

  /** Frees every variable below this module. It cannot be used afterwards. */
  dispose(): void {
    for (const parameter of this.namedParameters().values()) parameter.dispose();
    for (const module of this.namedModules().values()) module.disposeOwn();
  }

  /** Takes a parameter out of this module; from then on `substitute` gives the weight of that name. */
  releaseParameter(name: string, substitute: () => tf.Tensor): Parameter {
    const parameter = this.#parameters.get(name);
    if (!parameter)
      throw new Error(
        `${this.constructor.name} has no weight ${name} (it has ${[...this.#parameters.keys()].join(', ')})`,
      );
    this.#parameters.delete(name);
    this.#substitutes.set(name, substitute);
    return parameter;
  }

  protected addParameter(name: string, parameter: Parameter): Parameter {
    this.#parameters.set(name, parameter);
    return parameter;
  }

  protected addChild<M extends Module>(name: string, child: M): M {
    this.#children.set(name, child);
    return child;
  }

  /** Frees what a module holds besides parameters. */
  protected disposeOwn(): void {}
}

function joinPath(path: string, name: string): string {
  return path && name ? `${path}.${name}` : path || name;
}
