import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import type { Inputs } from '../../../src/engine/capture/capturedStep.ts';
import { StepReplay } from '../../../src/engine/capture/stepReplay.ts';
import { onTensorflow } from './capturingBackends.ts';

const inputs = (...values: number[]): Inputs =>
  new Map([['x', { dtype: 'float32', shape: [values.length], values: Float32Array.from(values) }]]);

/** One variable w, one input x; `change` says what w becomes. */
function counter(change: (w: tf.Tensor, x: tf.Tensor) => tf.Tensor) {
  const w: tf.Variable = tf.variable(tf.tensor([1, 2, 3]), false);
  const said: string[] = [];
  const replay = new StepReplay<null>(
    () => new Map([['w', w]]),
    (message) => said.push(message),
  );
  const x = (value: number) => inputs(value, value, value);
  const run = (value: number, check = false) =>
    replay.run(
      {
        key: 'step',
        inputs: x(value),
        otherInputs: () => x(value + 1),
        compute: (inputs) => {
          w.assign(tf.tidy(() => change(w, inputs.get('x')!)));
          return { labels: new Map([['w after', tf.clone<tf.Tensor>(w)]]), facts: null };
        },
      },
      () => ({ numbers: ['w after'], tensors: [], keep: 'nothing', check: check ? 'w after' : undefined }),
    );
  const now = (): number[] => {
    replay.settle();
    return Array.from(w.dataSync());
  };
  return { run, now, said };
}

onTensorflow('what can be captured', () => {
  test('a step of inputs, variables and constants', () => {
    const { run, now, said } = counter((w, x) => tf.add(tf.mul(w, 2), x));
    const values = run(1)!.numbers.get('w after')!;
    assert.deepEqual(Array.from(values), [3, 5, 7]);
    assert.deepEqual(now(), [3, 5, 7]);
    run(2);
    run(3);
    assert.deepEqual(now(), [19, 27, 35]);
    assert.deepEqual(said.length, 1);
  });

  const outside = (): tf.Tensor => tf.add(tf.ones([3]), 1);
  let made: tf.Tensor | null = null;
  let calls = 0;
  const refused: [string, (w: tf.Tensor, x: tf.Tensor) => tf.Tensor, RegExp][] = [
    ['a random number of the host', (w) => tf.mul(w, Math.random()), /a host value is .* used by Mul/],
    ['a count of the host', (w) => tf.add(w, ++calls), /a host value is \d+ with one input and \d+ with another/],
    [
      'a branch on a value',
      (w, x) => (tf.sum(x).dataSync()[0]! > -1 ? tf.add(w, 1) : w),
      /the result of operation \d+ is read on the host/,
    ],
    ['a tensor from before', (w) => tf.add(w, (made ??= outside())), /Add(V2)? uses a tensor from before the step/],
  ];
  for (const [title, change, reason] of refused) {
    test(`${title} is found, said, and the step stays eager and undone`, () => {
      if (title === 'a tensor from before') made = outside();
      const { run, now, said } = counter(change);
      assert.equal(run(1), null);
      assert.match(said[0]!, reason);
      assert.match(said[0]!, /^steps stay eager: /);
      assert.deepEqual(now(), [1, 2, 3]);
      assert.equal(run(2), null);
      assert.equal(said.length, 1, 'said once');
    });
  }

  test('a value of the host that changes later is found by comparison with an eager step', () => {
    let rate = 1;
    const { run, now, said } = counter((w, x) => tf.add(w, tf.mul(x, rate)));
    assert.ok(run(1, true));
    rate = 2;
    assert.equal(run(1, true), null);
    assert.match(said.at(-1)!, /its numbers differ from those of an eager step/);
    assert.deepEqual(now(), [2, 3, 4], 'the wrong step did not count');
  });

  test('a shape that was not recorded is an error in words', () => {
    const { run } = counter((w, x) => tf.add(w, x));
    assert.ok(run(1));
    const w: tf.Variable = tf.variable(tf.tensor([1, 2, 3]), false);
    const replay = new StepReplay<null>(
      () => new Map([['w', w]]),
      () => undefined,
    );
    const step = (given: Inputs) => ({
      key: 'step',
      inputs: given,
      otherInputs: () => inputs(2, 3, 4),
      compute: (inputs: ReadonlyMap<string, tf.Tensor>) => {
        w.assign(tf.add(w, inputs.get('x')!));
        return { labels: new Map<string, tf.Tensor>(), facts: null };
      },
    });
    assert.ok(replay.run(step(inputs(1, 2, 3)), () => ({ numbers: [], tensors: [], keep: 'nothing' })));
    assert.throws(
      () => replay.run(step(inputs(1)), () => ({ numbers: [], tensors: [], keep: 'nothing' })),
      /recorded with x of \[3\], not float32 \[1\]/,
    );
  });
});
