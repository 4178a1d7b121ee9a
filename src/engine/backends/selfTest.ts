/** A few milliseconds of arithmetic with known results, run before a backend is trusted. */
import * as tf from '@tensorflow/tfjs-core';
import { bernoulliMask } from '../kernels/mask/mask.ts';
import { linear } from '../kernels/linear/linear.ts';
import { philoxWords } from '../../shared/philox.ts';
import { BackendUnavailable } from './backendUnavailable.ts';

const DRAW = { seed: 1, site: 2, repeat: 0 };
const CALL = 3;

/** Throws BackendUnavailable when a product, its gradient or a mask comes out wrong. */
export function selfTest(name: string): void {
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const weight = tf.tensor2d([1, 0, -1, 2, 1, 1], [3, 2]);
    expect(name, 'a matrix product', linear(x, weight, null), [1, 3, 3, 3, 5, 7]);
    const slope = tf.grad((w) => tf.sum(linear(x, w, null)))(weight);
    expect(name, 'its gradient', slope, [4, 6, 4, 6, 4, 6]);
    const call = tf.tensor1d([CALL], 'int32');
    const [word = 0] = philoxWords(1, { ...DRAW, call: CALL });
    const kept = (uniform: number): number => (uniform < 32768 ? 0 : 2);
    expect(name, 'a mask', bernoulliMask([2], 0.5, { ...DRAW, call }), [kept(word & 0xffff), kept(word >>> 16)]);
  });
}

function expect(backend: string, what: string, actual: tf.Tensor, wanted: number[]): void {
  const values = actual.dataSync();
  if (values.length !== wanted.length || wanted.some((value, at) => Math.abs(values[at]! - value) > 1e-5)) {
    throw new BackendUnavailable(
      backend,
      `its self-test failed: ${what} gave ${Array.from(values).join(', ')} for ${wanted.join(', ')}`,
    );
  }
}
