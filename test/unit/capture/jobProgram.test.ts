/** Steps of our own kernels on the wasm backend, as one list of jobs. */
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../src/engine/backends/chooseBackend.ts';
import { type Inputs, inputTensors, type Keep } from '../../../src/engine/capture/capturedStep.ts';
import { StepReplay } from '../../../src/engine/capture/stepReplay.ts';
import { withinScope } from '../../../src/engine/capture/withinScope.ts';
import { linear } from '../../../src/engine/kernels/linear/linear.ts';

const variable = (values: number[]): tf.Variable => tf.tidy(() => tf.variable(tf.tensor2d(values, [2, 2]), false));
const square = (values: number[]): tf.Tensor2D => tf.tensor2d(values, [2, 2]);

/** Variables v and w change places, multiplied by x: v' = w xᵀ, w' = v'ᵀ-free product with the fixed f. */
function products(
  step = (v: tf.Tensor, w: tf.Tensor, x: tf.Tensor) => ({ a: linear(w, x, null), b: linear(v, x, null) }),
) {
  const v: tf.Variable = variable([1, 2, 3, 4]);
  const w: tf.Variable = variable([0, 1, 1, 0]);
  const fixed: tf.Variable = variable([1, 0, 0, 1]);
  const said: string[] = [];
  const replay = new StepReplay<null>(
    () =>
      new Map([
        ['v', v],
        ['w', w],
        ['fixed', fixed],
      ]),
    (message) => said.push(message),
  );
  const x = (value: number): Inputs =>
    new Map([['x', { dtype: 'float32', shape: [2, 2], values: Float32Array.of(value, 0, 1, value) }]]);
  const compute = (inputs: ReadonlyMap<string, tf.Tensor>) => {
    const held = tf.clone<tf.Tensor>(v);
    const { a, b } = step(v, w, inputs.get('x')!);
    const c = linear(a, fixed, null);
    v.assign(c);
    w.assign(b);
    return {
      labels: new Map([
        ['v before', held],
        ['a', a],
        ['c', tf.clone(c)],
        ['fixed', tf.clone<tf.Tensor>(fixed)],
      ]),
      facts: null,
    };
  };
  const tensors = ['v before', 'a', 'c', 'fixed'];
  const run = (value: number, keep: Keep = 'for later') => {
    const step = { key: 'step', inputs: x(value), otherInputs: () => x(value + 1), compute };
    return withinScope(() => replay.run(step, () => ({ numbers: ['c'], tensors, keep })));
  };
  const eager = (value: number): Record<string, number[]> =>
    tf.tidy(() =>
      Object.fromEntries(
        Array.from(compute(inputTensors(x(value))).labels, ([name, tensor]) => [name, Array.from(tensor.dataSync())]),
      ),
    );
  const now = () => {
    replay.settle();
    return [v, w].map((variable) => Array.from(variable.dataSync()));
  };
  const dispose = () => {
    replay.dispose();
    for (const variable of [v, w, fixed]) variable.dispose();
  };
  return { run, eager, now, said, replay, variables: { v, w, fixed }, dispose };
}

type Run = NonNullable<ReturnType<ReturnType<typeof products>['run']>>;

/** What of a step's tensors has been given, as a recording keeps it. */
const given = new WeakMap<object, Map<string, number[]>>();

function read({ later }: Run, name: string): number[] {
  const known = given.get(later!) ?? new Map<string, number[]>();
  given.set(later!, known);
  if (!known.has(name)) {
    later!.fetch(name, (each, tensor) => {
      known.set(each, Array.from(tensor.dataSync()));
    });
  }
  return known.get(name)!;
}

describe('a list of jobs', () => {
  before(() => chooseBackend('wasm'));
  beforeEach(() => tf.setBackend('wasm'));

  test('computes what eager steps do, to the bit, and its variables come and go', () => {
    const [one, other] = [products(), products()];
    for (const value of [1, 2, 0.5]) {
      const done = one.run(value)!;
      assert.deepEqual(Array.from(done.numbers.get('c')!), other.eager(value)['c']);
      done.later!.release();
    }
    assert.match(one.said[0]!, /steps are captured: 3 operations run as one call/);
    assert.deepEqual(one.now(), other.now());
    one.variables.v.assign(square([4, 3, 2, 1]));
    other.variables.v.assign(square([4, 3, 2, 1]));
    one.run(3, 'nothing');
    other.eager(3);
    assert.deepEqual(one.now(), other.now());
    one.dispose();
    other.dispose();
  });

  test('a step can be looked at right after it, after later ones, and after a look at another', () => {
    const [one, other] = [products(), products()];
    const steps = [1, 2, 3].map((value) => ({ done: one.run(value)!, wanted: other.eager(value) }));
    for (const { done, wanted } of [...steps].reverse()) {
      for (const [name, values] of Object.entries(wanted)) assert.deepEqual(read(done, name), values, name);
    }
    const { done, wanted } = steps[1]!;
    assert.deepEqual(read(done, 'a'), wanted['a']);
    const next = one.run(4)!;
    assert.deepEqual(read(next, 'c'), other.eager(4)['c']);
    assert.deepEqual(one.now(), other.now(), 'looking has changed nothing');
    for (const each of [...steps.map(({ done }) => done), next]) each.later!.release();
    one.dispose();
    other.dispose();
  });

  test('a variable that no step assigns can be set between steps, and what was before is still seen', () => {
    const one = products();
    const first = one.run(1)!;
    one.variables.fixed.assign(square([2, 0, 0, 2]));
    const second = one.run(1)!;
    assert.deepEqual(read(first, 'fixed'), [1, 0, 0, 1]);
    assert.deepEqual(read(second, 'fixed'), [2, 0, 0, 2]);
    const third = one.run(1)!;
    assert.deepEqual(read(third, 'fixed'), [2, 0, 0, 2]);
    for (const each of [first, second, third]) each.later!.release();
    one.dispose();
  });

  test('a step outlives its replay as long as somebody looks, and nothing is left behind', () => {
    const tensors = tf.memory().numTensors;
    const one = products();
    const done = one.run(1)!;
    one.dispose();
    assert.deepEqual(read(done, 'v before'), [1, 2, 3, 4]);
    done.later!.release();
    assert.equal(tf.memory().numTensors, tensors);
  });

  const refused: [string, Parameters<typeof products>[0], RegExp][] = [
    [
      'a value of the host',
      (v, w, x) => ({ a: linear(w, x, null), b: linear(v, square([Math.random(), 1, 1, 1]), null) }),
      /a host value is .* with one input and .* with another/,
    ],
    [
      'a branch on a value',
      (v, w, x) => ({
        a: linear(w, x, null),
        b: linear(
          tf.tidy(() => (w.dataSync()[0]! > -5 ? v : w)),
          x,
          null,
        ),
      }),
      /variable w is read on the host before job 1/,
    ],
    [
      'an operation of tfjs',
      (v, w, x) => ({ a: linear(w, x, null), b: linear(tf.erf(v), x, null) }),
      /product uses what an operation of tfjs's own computed/,
    ],
  ];
  for (const [title, step, reason] of refused) {
    test(`${title} is found, said, and the step stays eager and undone`, () => {
      const one = products(step);
      assert.equal(one.run(1), null);
      assert.match(one.said[0]!, reason);
      assert.deepEqual(one.now(), [
        [1, 2, 3, 4],
        [0, 1, 1, 0],
      ]);
      one.dispose();
    });
  }
});
