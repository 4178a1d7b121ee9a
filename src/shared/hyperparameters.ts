/**
 * The one table of hyper-parameters: every key a config can have, with its group, kind, default, bounds, meaning and
 * the names other programs use for it. The type `Config`, the defaults, the JSON schema, the hovers and the validation
 * all come from here. Names and defaults are fixed by docs/contracts.md section 1 (fastai's names, snake_case).
 */
import { data } from './dataHyperparameters.ts';
import { dropout, weightDrop } from './dropoutHyperparameters.ts';
import type { Hyperparameter } from './hyperparameter.ts';
import { model } from './modelHyperparameters.ts';
import { training } from './trainingHyperparameters.ts';

/** Every key, in the order a person reads them: model, dropout, data, training. */
export const hyperparameters = { ...model, ...dropout, ...data, ...training } as const;

/** The keys inside `weight_drop`. */
export const weightDropHyperparameters = weightDrop;

export type HyperparameterKey = keyof typeof hyperparameters;
export type WeightDropKey = keyof typeof weightDrop;

/** What a value of this kind is in TypeScript; a key without a default, or one that may be switched off, can be null. */
type ValueOf<H extends Hyperparameter> =
  | (H['default'] extends null ? null : H extends { nullable: true } ? null : never)
  | (H extends { kind: 'number' | 'probability' }
      ? number
      : H extends { kind: 'boolean' }
        ? boolean
        : H extends { kind: 'choice'; choices: readonly (infer C)[] }
          ? C
          : H extends { kind: 'numbers'; length: 3 }
            ? readonly [number, number, number]
            : H extends { kind: 'numbers' }
              ? readonly number[]
              : H extends { kind: 'strings' }
                ? readonly string[]
                : H extends { kind: 'rate' }
                  ? number | readonly [number, number]
                  : H extends { kind: 'labels' }
                    ? Labels
                    : H extends { kind: 'weight-drop' }
                      ? WeightDropConfig
                      : never);

/** Where a classifier's labels come from: the folder a document lies in, or columns of a table. */
export type Labels = 'folders' | { readonly csv: string; readonly text: string; readonly label: string };

/** Which recurrent weights are dropped, in what pieces, and when. */
export type WeightDropConfig = { readonly [K in WeightDropKey]: ValueOf<(typeof weightDrop)[K]> };

/** A whole config as resolved: every key has a value; null means "not set" (vocab_sz, epochs, steps, eval_every). */
export type Config = { readonly [K in HyperparameterKey]: ValueOf<(typeof hyperparameters)[K]> };

export const hyperparameterKeys = Object.keys(hyperparameters) as HyperparameterKey[];
export const weightDropKeys = Object.keys(weightDrop) as WeightDropKey[];

/** The five dropout probabilities that `drop_mult` multiplies. */
export const dropoutKeys = ['input_p', 'hidden_p', 'output_p', 'embed_p', 'weight_p'] as const;
export type DropoutKey = (typeof dropoutKeys)[number];

/** The hyper-parameter of that name, for code that has the name as text. Undefined when there is none. */
export function findHyperparameter(key: string): Hyperparameter | undefined {
  return Object.hasOwn(hyperparameters, key) ? hyperparameters[key as HyperparameterKey] : undefined;
}
