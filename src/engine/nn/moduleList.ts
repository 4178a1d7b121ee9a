/** A numbered list of modules, so that paths read `rnns.0`, `rnns.1`. */
import { Module } from './module.ts';

export class ModuleList<M extends Module> extends Module {
  readonly items: readonly M[];

  constructor(items: M[]) {
    super();
    this.items = items;
    items.forEach((item, index) => this.addChild(String(index), item));
  }
}
