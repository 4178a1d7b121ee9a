// The LSTM kernels against plain loops, and their gradients against finite differences and against the composed kernels
// of the cpu backend: one row, one step, sizes that fill no vector, one thread and two, both builds.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../src/engine/backends/chooseBackend.ts';
import { lstmSequence } from '../../../src/engine/kernels/lstmSequence/lstmSequence.ts';
import { type LstmCase, type LstmOperands, lstmReference } from './lstmReference.ts';
import { assertClose, numbers, startKernels, stopKernels } from './support.ts';

const cases: LstmCase[] = [
  { batch: 1, time: 1, inputs: 1, hidden: 1 },
  { batch: 1, time: 6, inputs: 3, hidden: 5 },
  { batch: 3, time: 1, inputs: 4, hidden: 6 },
  { batch: 10, time: 5, inputs: 20, hidden: 10 },
  { batch: 5, time: 3, inputs: 13, hidden: 30 },
  { batch: 9, time: 7, inputs: 50, hidden: 64 },
];

const names = ['x', 'ih', 'hh', 'biasIh', 'biasHh', 'h0', 'c0'] as const;

function operandsOf({ batch, time, inputs, hidden }: LstmCase) {
  return {
    x: numbers(batch * time * inputs, 1),
    ih: numbers(4 * hidden * inputs, 2, 0.5),
    hh: numbers(4 * hidden * hidden, 3, 0.5),
    biasIh: numbers(4 * hidden, 4, 0.3),
    biasHh: numbers(4 * hidden, 5, 0.3),
    h0: numbers(batch * hidden, 6, 0.8),
    c0: numbers(batch * hidden, 7),
  };
}

/** Output, last states, gradients of x and the weights for a given dloss/doutput, and the total dloss/dh_t. */
function pass(sizes: LstmCase, operands: Record<(typeof names)[number], Float32Array>) {
  const { batch, time, inputs, hidden } = sizes;
  return tf.tidy(() => {
    const { x, ih, hh, biasIh, biasHh, h0, c0 } = operands;
    const state = { h: tf.tensor2d(h0, [batch, hidden]), c: tf.tensor2d(c0, [batch, hidden]) };
    const leaves = [
      tf.tensor3d(x, [batch, time, inputs]),
      tf.tensor2d(ih, [4 * hidden, inputs]),
      tf.tensor2d(hh, [4 * hidden, hidden]),
      tf.tensor1d(biasIh),
      tf.tensor1d(biasHh),
    ];
    const dy = tf.tensor3d(numbers(batch * time * hidden, 8), [batch, time, hidden]);
    const seen: Record<string, Float32Array> = {};
    const run = (...args: tf.Tensor[]): tf.Tensor => {
      const [x, ih, hh, biasIh, biasHh] = args as [tf.Tensor3D, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const result = lstmSequence(x, { ih, hh, biasIh, biasHh }, state, (dh) => {
        seen['dh'] = dh.dataSync<'float32'>();
      });
      seen['h'] = result.h.dataSync<'float32'>();
      seen['c'] = result.c.dataSync<'float32'>();
      return result.output;
    };
    const { value, grads } = tf.valueAndGrads(run)(leaves, dy);
    seen['output'] = value.dataSync<'float32'>();
    for (const [at, gradient] of grads.entries()) seen[`d ${names[at]}`] = gradient.dataSync<'float32'>();
    return seen;
  });
}

/** The derivative of sum(output * dy) in one operand, by central differences in double precision. */
function differences(sizes: LstmCase, operands: LstmOperands, name: (typeof names)[number], dy: Float32Array) {
  const values = Float64Array.from(operands[name]);
  const loss = (): number =>
    lstmReference(sizes, { ...operands, [name]: values }).output.reduce((sum, y, at) => sum + y * dy[at]!, 0);
  return values.map((_, at) => {
    const before = values[at]!;
    const step = 1e-5;
    values[at] = before + step;
    const above = loss();
    values[at] = before - step;
    const below = loss();
    values[at] = before;
    return (above - below) / (2 * step);
  });
}

const title = ({ batch, time, inputs, hidden }: LstmCase): string => `B ${batch} T ${time} I ${inputs} H ${hidden}`;

/** Floats that processors take many times as long to multiply. */
const isDenormal = (value: number): boolean => value !== 0 && Math.abs(value) < 2 ** -126;

test('gates that are shut as far as a diverged model shuts them make no denormal numbers', async () => {
  const sizes = { batch: 3, time: 6, inputs: 4, hidden: 12 };
  await startKernels({ threads: 1 });
  for (const shut of [-66, -88, -1000]) {
    const operands = operandsOf(sizes);
    // The first and the last quarter of the rows are the gates i and o.
    operands.biasIh.fill(shut, 0, sizes.hidden).fill(shut, 3 * sizes.hidden);
    const { output, h, c, ...slopes } = pass(sizes, operands);
    for (const [name, values] of Object.entries({ output, h, c, ...slopes })) {
      assert.ok(values);
      assert.deepEqual([...values].filter(isDenormal), [], `${name} with gates shut by ${shut}`);
    }
    assert.ok(Math.max(...output!.map(Math.abs)) < 1e-25, 'what is let through is nothing');
  }
});

for (const [threads, reproducible] of [
  [1, true],
  [2, false],
] as const) {
  test(`forward equals plain loops (${threads} threads, ${reproducible ? 'plain' : 'relaxed'} build)`, async () => {
    await startKernels({ threads: 2 });
    await startKernels({ threads, reproducible });
    for (const sizes of cases) {
      const operands = operandsOf(sizes);
      const actual = pass(sizes, operands);
      const { output, last } = lstmReference(sizes, operands);
      assertClose(actual['output']!, output, 2e-6, `output of ${title(sizes)}`);
      assertClose(actual['c']!, last, 2e-6, `last cell of ${title(sizes)}`);
    }
  });
}

test('gradients equal finite differences', async () => {
  await startKernels({ threads: 2, reproducible: false });
  for (const sizes of cases.slice(0, 3)) {
    const operands = operandsOf(sizes);
    const actual = pass(sizes, operands);
    const dy = numbers(sizes.batch * sizes.time * sizes.hidden, 8);
    for (const name of names.slice(0, 5)) {
      const wanted = differences(sizes, operands, name, dy);
      assertClose(actual[`d ${name}`]!, wanted, 2e-5, `d ${name} of ${title(sizes)}`);
    }
  }
});

test('all results equal those of the cpu backend, and are the same bits on one thread and on two', async () => {
  await chooseBackend('cpu');
  const onCpu = cases.map((sizes) => pass(sizes, operandsOf(sizes)));
  await startKernels({ threads: 2 });
  const onTwo = cases.map((sizes) => pass(sizes, operandsOf(sizes)));
  await startKernels({ threads: 1 });
  const onOne = cases.map((sizes) => pass(sizes, operandsOf(sizes)));
  for (const [at, sizes] of cases.entries()) {
    for (const [name, wanted] of Object.entries(onCpu[at]!)) {
      assertClose(onTwo[at]![name]!, wanted, 5e-6, `${name} of ${title(sizes)}`);
    }
    assert.deepEqual(onOne[at], onTwo[at], title(sizes));
  }
});

after(stopKernels);
