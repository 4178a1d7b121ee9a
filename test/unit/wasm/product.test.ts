// The packed product against plain loops: shapes at and around the edges of tiles and blocks, both builds, one thread
// and two, transposed operands, bias and column sums; and that threads do not change a bit.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { linear } from '../../../src/engine/kernels/linear/linear.ts';
import { assertClose, numbers, startKernels, stopKernels } from './support.ts';

after(stopKernels);

/** rows, inputs, outputs */
const shapes: [number, number, number][] = [
  [1, 1, 1],
  [1, 7, 13],
  [4, 12, 12],
  [5, 449, 11],
  [3, 900, 25],
  [91, 10, 40],
  [89, 33, 3001],
  [130, 64, 256],
];

interface Pass {
  y: Float32Array;
  dx: Float32Array;
  dWeight: Float32Array;
  dBias: Float32Array;
}

function onWasm([rows, inputs, outputs]: [number, number, number]): Pass {
  return tf.tidy(() => {
    const x = tf.tensor2d(numbers(rows * inputs, 1), [rows, inputs]);
    const weight = tf.tensor2d(numbers(outputs * inputs, 2), [outputs, inputs]);
    const bias = tf.tensor1d(numbers(outputs, 3));
    const dy = tf.tensor2d(numbers(rows * outputs, 4), [rows, outputs]);
    const { value, grads } = tf.valueAndGrads((x, weight, bias) => linear(x, weight, bias))([x, weight, bias], dy);
    const [dx, dWeight, dBias] = grads.map((gradient) => gradient.dataSync<'float32'>());
    return { y: value.dataSync<'float32'>(), dx: dx!, dWeight: dWeight!, dBias: dBias! };
  });
}

/** The same in double precision. */
function reference([rows, inputs, outputs]: [number, number, number]): Record<keyof Pass, Float64Array> {
  const [x, weight, bias, dy] = [
    numbers(rows * inputs, 1),
    numbers(outputs * inputs, 2),
    numbers(outputs, 3),
    numbers(rows * outputs, 4),
  ];
  const y = new Float64Array(rows * outputs);
  const dx = new Float64Array(rows * inputs);
  const dWeight = new Float64Array(outputs * inputs);
  const dBias = new Float64Array(outputs);
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      const slope = dy[row * outputs + output]!;
      let sum = bias[output]!;
      for (let input = 0; input < inputs; input++) {
        const [i, w] = [row * inputs + input, output * inputs + input];
        sum += x[i]! * weight[w]!;
        dx[i]! += slope * weight[w]!;
        dWeight[w]! += slope * x[i]!;
      }
      y[row * outputs + output] = sum;
      dBias[output]! += slope;
    }
  }
  return { y, dx, dWeight, dBias };
}

const names = ['y', 'dx', 'dWeight', 'dBias'] as const;

for (const [build, reproducible] of [
  ['relaxed', false],
  ['plain', true],
] as const) {
  test(`products of all shapes equal plain loops (${build} build)`, async () => {
    const kernels = await startKernels({ threads: 2, reproducible });
    assert.equal(kernels.build, build);
    assert.equal(kernels.threads, 2);
    for (const shape of shapes) {
      const [actual, wanted] = [onWasm(shape), reference(shape)];
      for (const name of names) assertClose(actual[name], wanted[name], 3e-6, `${name} of ${shape.join(' x ')}`);
    }
  });
}

test('one thread and two give the same bits', async () => {
  const shape: [number, number, number] = [130, 64, 256];
  await startKernels({ threads: 2 });
  const two = onWasm(shape);
  const kernels = await startKernels({ threads: 1 });
  assert.equal(kernels.threads, 1);
  const one = onWasm(shape);
  for (const name of names) assert.deepEqual(one[name], two[name], name);
});
