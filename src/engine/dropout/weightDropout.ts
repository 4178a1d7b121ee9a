/**
 * DropConnect on named weights of any module (Wan et al. 2013; Merity et al. 2017, section 2). The wrapper owns the raw
 * weight, which is learned; the wrapped module computes with derived = raw x mask, drawn anew each forward call and so
 * shared by all time steps and batch rows of it. In evaluation derived = raw.
 */
import * as tf from '@tensorflow/tfjs-core';
import { checkProbability } from '../kernels/mask/mask.ts';
import { Module } from '../nn/module.ts';
import { observe } from '../nn/observe.ts';
import type { Parameter } from '../nn/parameter.ts';
import { MaskSite } from './maskSite.ts';

const GRANULARITIES = ['element', 'row', 'column'] as const;
const MODES = ['training', 'always', 'off'] as const;

/** What is dropped together: single weights, whole output units (rows), or all uses of one input unit (columns). */
export type Granularity = (typeof GRANULARITIES)[number];
/** When it acts: in training, also in evaluation (Monte Carlo), or never. */
export type WeightDropMode = (typeof MODES)[number];

export interface WeightDropOptions {
  granularity?: Granularity;
  mode?: WeightDropMode;
}

interface Layer {
  raw: Parameter;
  site: MaskSite;
  /** Of the last forward call; null before the first, and mask is null where nothing was dropped. */
  last: { derived: tf.Tensor; mask: tf.Tensor | null } | null;
}

/** What a wrapped module must be: something with a forward. */
type Wrappable = Module & { forward(...args: never[]): unknown };

export class WeightDropout<M extends Wrappable> extends Module {
  readonly module: M;
  readonly layerNames: readonly string[];
  readonly granularity: Granularity;
  readonly mode: WeightDropMode;
  #p: number;
  readonly #layers = new Map<string, Layer>();

  /** Moves each named weight of `module` to this wrapper as NAME_raw. An unknown name is an error. */
  constructor(
    module: M,
    weightP: number,
    layerNames: string | readonly string[] = 'weight_hh_l0',
    { granularity = 'element', mode = 'training' }: WeightDropOptions = {},
  ) {
    super();
    this.#p = checkProbability(weightP, 'WeightDropout');
    this.granularity = oneOf(GRANULARITIES, granularity, 'granularity');
    this.mode = oneOf(MODES, mode, 'mode');
    this.layerNames = typeof layerNames === 'string' ? [layerNames] : layerNames;
    const unknown = this.layerNames.find((name) => !module.ownParameters.includes(name));
    if (unknown !== undefined) {
      throw new Error(
        `WeightDropout: ${module.constructor.name} has no weight ${unknown} (it has ${module.ownParameters.join(', ')})`,
      );
    }
    for (const name of this.layerNames) {
      const raw = module.releaseParameter(name, () => this.#current(name));
      this.addParameter(`${name}_raw`, raw);
      this.#layers.set(name, { raw, site: new MaskSite(), last: null });
    }
    this.module = this.addChild('module', module);
  }

  get weightP(): number {
    return this.#p;
  }

  /** Takes effect on the next forward. */
  set weightP(p: number) {
    this.#p = checkProbability(p, this.path || 'WeightDropout');
  }

  /** Derives the weights, then runs the wrapped module's forward. */
  forward(...args: Parameters<M['forward']>): ReturnType<M['forward']> {
    for (const [name, layer] of this.#layers) this.#derive(name, layer);
    return this.module.forward(...args) as ReturnType<M['forward']>;
  }

  /** The learned weight. */
  raw(name = this.layerNames[0] ?? ''): Parameter {
    return this.#layer(name).raw;
  }

  /** A copy of the weight the last forward call used (raw before the first); the caller disposes it. */
  derived(name = this.layerNames[0] ?? ''): tf.Tensor {
    return tf.mul(this.#current(name), 1);
  }

  /** The mask of the last forward call, or null when nothing was dropped. It stays the wrapper's. */
  mask(name = this.layerNames[0] ?? ''): tf.Tensor | null {
    return this.#layer(name).last?.mask ?? null;
  }

  /** Forgets the last masks: derived is raw again. */
  reset(): void {
    for (const layer of this.#layers.values()) forget(layer);
  }

  protected override disposeOwn(): void {
    this.reset();
  }

  #layer(name: string): Layer {
    const layer = this.#layers.get(name);
    if (!layer)
      throw new Error(`WeightDropout: no weight ${name} is dropped here (only ${this.layerNames.join(', ')})`);
    return layer;
  }

  #current(name: string): tf.Tensor {
    const { last, raw } = this.#layer(name);
    return last?.derived ?? raw.variable;
  }

  #derive(name: string, layer: Layer): void {
    forget(layer);
    const { variable } = layer.raw;
    const siteName = this.nameOf(name);
    const acts = this.mode === 'always' || (this.mode === 'training' && this.training);
    if (acts && layer.site.acts(siteName, this.weightP)) {
      layer.last = tf.tidy(() => {
        const mask = layer.site.mask(siteName, this.#maskShape(variable.shape), this.weightP, this.training);
        return { mask: tf.keep(tf.clone(mask)), derived: tf.keep(tf.mul(variable, mask)) };
      });
    }
    observe(`derived/${this.nameOf(`module.${name}`)}`, layer.last?.derived ?? variable);
  }

  /** [R, C], [R, 1] or [1, C]: the mask stays as small as its number of independent draws. */
  #maskShape(shape: number[]): number[] {
    if (this.granularity === 'element') return shape;
    const axis = this.granularity === 'row' ? 0 : 1;
    return shape.map((size, at) => (at === axis ? size : 1));
  }
}

/** Scripts in plain JavaScript have no types to tell them. */
function oneOf<T extends string>(known: readonly T[], value: T, what: string): T {
  if (!known.includes(value)) throw new RangeError(`WeightDropout: ${what} is "${value}" (one of ${known.join(', ')})`);
  return value;
}

function forget(layer: Layer): void {
  layer.last?.derived.dispose();
  layer.last?.mask?.dispose();
  layer.last = null;
}
