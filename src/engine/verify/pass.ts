/** One pass through a subject with everything it published: a digest of every tensor, and the values that are asked for. */
import * as tf from '@tensorflow/tfjs-core';
import { type Masks, withMasks } from '../dropout/givenMasks.ts';
import { withObserver } from '../nn/observe.ts';
import { withDraws } from '../random/draws.ts';
import type { Subject } from './subject.ts';

export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface Pass {
  /** Of everything published, in the order of computation; gradients last, as grad/NAME. */
  readonly digests: ReadonlyMap<string, string>;
  /** Masks and derived weights, and the gradients of dropped weights. */
  readonly values: ReadonlyMap<string, Values>;
  /** Parameters that a gradient reached; empty for a pass without backward. */
  readonly reached: ReadonlySet<string>;
}

export interface PassOptions {
  readonly mode: 'train' | 'eval';
  /** Call number of the masks. */
  readonly call: number;
  readonly masks?: Masks;
}

/** Forward, and in training backward. Leaves the module in the mode it ran in. */
export function runPass(subject: Subject, { mode, call, masks = {} }: PassOptions): Pass {
  const { module, seed } = subject;
  const digests = new Map<string, string>();
  const values = new Map<string, Values>();
  const reached = new Set<string>();
  const dropped = new Set(subject.sites.flatMap(({ weight }) => (weight ? [`grad/${weight.raw}`] : [])));
  const seen = (name: string, tensor: tf.Tensor): void => {
    const data = tensor.dataSync<'float32'>();
    digests.set(name, digest(data));
    if (/^(mask|derived)\//.test(name) || dropped.has(name)) {
      values.set(name, { shape: [...tensor.shape], data: data.slice() });
    }
  };
  if (mode === 'train') module.train();
  else module.eval();
  tf.tidy(() => {
    const draws = { seed, call: tf.tensor1d([call | 0], 'int32') };
    const forward = (): tf.Scalar => {
      const loss = tf.reshape<tf.Rank.R0>(subject.loss(), []);
      seen('loss', loss);
      return loss;
    };
    withObserver(seen, () =>
      withDraws(draws, () =>
        withMasks(masks, () => {
          if (mode === 'eval') return void forward();
          const parameters = [...module.namedParameters()];
          const { grads } = tf.variableGrads(
            forward,
            parameters.map(([, { variable }]) => variable),
          );
          for (const [name, { variable }] of parameters) {
            const gradient = grads[variable.name];
            if (!gradient) continue;
            reached.add(name);
            seen(`grad/${name}`, gradient);
          }
        }),
      ),
    );
  });
  return { digests, values, reached };
}

/** The loss of a training pass, bit for bit: forward alone, and nothing else is looked at. */
export function trainingLoss(subject: Subject, call: number): string {
  subject.module.train();
  return tf.tidy(() => {
    const draws = { seed: subject.seed, call: tf.tensor1d([call | 0], 'int32') };
    return digest(withDraws(draws, () => subject.loss()).dataSync<'float32'>());
  });
}

/** Digests of all parameters as they are now. */
export function parameterDigests({ module }: Subject): Map<string, string> {
  return new Map(Array.from(module.namedParameters(), ([name, parameter]) => [name, digest(parameter.dataSync())]));
}

/** The first name, in order, whose tensor differs or is missing in `other`; null when all bits are the same. */
export function firstDifference(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string | null {
  for (const [name, bits] of one) if (other.get(name) !== bits) return name;
  for (const name of other.keys()) if (!one.has(name)) return name;
  return null;
}

/** 64 bits that stand for all bits of a tensor (two FNV-like hashes of its words with different primes). */
function digest(data: Float32Array): string {
  const words = new Int32Array(data.buffer, data.byteOffset, data.length);
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  // By index: several times as fast as an iterator over millions of words.
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    a = Math.imul(a ^ word, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b ^ word, 0x5bd1e995);
    b ^= b >>> 13;
  }
  return `${words.length}:${(a >>> 0).toString(16)}${(b >>> 0).toString(16)}`;
}
