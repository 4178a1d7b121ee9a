/**
 * What if a recorded step had been dropped out otherwise: the question, its answer, and what a question may ask. Part of
 * the contract between engine, host and page. Numbers that may not be finite are in typed arrays, because the page gets
 * them through JSON.
 */
import { type Config, type DropoutKey, dropoutKeys } from './hyperparameters.ts';

export type WhatIfKey = DropoutKey | 'drop_mult';

/** The dropout keys of a config in the order of the forward pass, and the factor that multiplies them all. */
export const whatIfKeys: readonly WhatIfKey[] = ['embed_p', 'input_p', 'weight_p', 'hidden_p', 'output_p', 'drop_mult'];

export type WhatIfValues = Readonly<Record<WhatIfKey, number>>;

/** How many masks are drawn when nobody says, and at most. */
export const DEFAULT_DRAWS = 16;
const MOST_DRAWS = 256;

export interface WhatIfRequest {
  readonly run: string;
  /** The kept step nearest to this one; without it the newest. */
  readonly step?: number;
  /** What is to be other than in the run's config. */
  readonly changes: Readonly<Partial<Record<WhatIfKey, number>>>;
  readonly draws?: number;
  /** The native backend's folder, if one is set: a past run's model is built again on its config's backend. */
  readonly nativePath?: string;
}

/** The step's batch under one set of dropouts, drawn several times. */
export interface WhatIfSide {
  readonly values: WhatIfValues;
  /** Cross-entropy of each draw, nats; perplexity is its exponential. */
  readonly ce: Float32Array;
  /** The loss that is trained, ce + ar + tar, of each draw. */
  readonly loss: Float32Array;
  /** Cross-entropy of each target, mean over the draws, [rows, length]. */
  readonly tokens: Float32Array;
  /** Of the first draw, before clipping: norm of the loss's gradient for each of `parameters`; 0 where none came. */
  readonly gradients: Float32Array;
}

/**
 * One step's batch passed again with the parameters and the carried state it began with. Draw k of both sides uses the
 * same uniforms, so that they differ by p alone: what one side drops at a lower p, the other drops too.
 */
export interface WhatIfView {
  readonly step: number;
  readonly rows: number;
  readonly length: number;
  readonly asTrained: WhatIfSide;
  readonly changed: WhatIfSide;
  /** Cross-entropy without any dropout. */
  readonly withoutDropout: Float32Array;
  readonly parameters: readonly string[];
  /**
   * The first draw has the step's own call number, and as trained repeats it: how far its loss is from the one recorded,
   * 0 when bit for bit; null when it was not recorded or is not finite.
   */
  readonly repeatedWithin: number | null;
}

export interface WhatIfProgress {
  readonly run: string;
  readonly step: number;
  /** Draws that are done, of both sides. */
  readonly done: number;
  readonly draws: number;
}

/** What the run itself was trained with. */
export function valuesAsTrained(config: Config): WhatIfValues {
  return Object.fromEntries(whatIfKeys.map((key) => [key, config[key]])) as WhatIfValues;
}

/**
 * In one sentence what cannot be asked, or "" : an unknown key, a p outside [0, 1), a drop_mult below 0 or not finite, a
 * product of both past 1, an unusable number of draws. What the run has itself is never questioned.
 */
export function whatIfProblem(
  config: Config,
  { changes, draws = DEFAULT_DRAWS }: Pick<WhatIfRequest, 'changes' | 'draws'>,
): string {
  for (const [key, value] of Object.entries(changes)) {
    if (!whatIfKeys.includes(key as WhatIfKey))
      return `what if: unknown key "${key}" (one of ${whatIfKeys.join(', ')})`;
    if (key === 'drop_mult') {
      if (!(value >= 0 && Number.isFinite(value))) return `drop_mult: ${value} is not usable; give a number from 0`;
    } else if (!(value >= 0 && value < 1)) {
      return `${key}: ${value} is outside [0, 1): a probability from 0 to below 1`;
    }
  }
  const values = { ...valuesAsTrained(config), ...changes };
  const tooLarge = Object.keys(changes).length > 0 && dropoutKeys.find((key) => values[key] * values.drop_mult > 1);
  if (tooLarge) {
    const product = Number((values[tooLarge] * values.drop_mult).toPrecision(4));
    return `${tooLarge}: ${values[tooLarge]} times drop_mult ${values.drop_mult} is ${product}, outside [0, 1]`;
  }
  if (!(Number.isInteger(draws) && draws >= 1 && draws <= MOST_DRAWS))
    return `draws: ${draws} is not usable; give a whole number from 1 to ${MOST_DRAWS}`;
  return '';
}
