import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { Parameter } from '../../../src/engine/nn/parameter.ts';
import { makeOptimiser } from '../../../src/engine/training/optimisers.ts';
import { onEachBackend } from './onEachBackend.ts';
import { close, values } from './tensors.ts';

/** p = 1 moved by the gradients .5, -.25 and 1 at lr .1, weight decay .2; momentum .9, squares .99, eps 1e-5. */
function trajectory(optimizer: string): number[] {
  const parameter = new Parameter(tf.tensor1d([1]));
  const optimiser = makeOptimiser({ optimizer, wd: 0.2, sqr_mom: 0.99, eps: 1e-5 }, new Map([['p', parameter]]));
  return [0.5, -0.25, 1].map((gradient, at) => {
    const rates = Object.entries(optimiser.rates({ step: at + 1, lr: 0.1, momentum: 0.9 }));
    const inputs = Object.fromEntries(rates.map(([name, rate]) => [name, tf.scalar(rate)]));
    parameter.assign(optimiser.update('p', parameter, tf.tensor1d([gradient]), tf.scalar(1), inputs).parameter);
    return values(parameter.variable)[0]!;
  });
}

onEachBackend('optimisers, against numbers of torch.optim in double precision', () => {
  test('adam is AdamW: its weight decay is decoupled', () =>
    close(trajectory('adam'), [0.880002, 0.8357326927574547, 0.753377743583877]));

  test('sgd adds its weight decay to the gradient', () => close(trajectory('sgd'), [0.93, 0.9364, 0.817672]));

  test('nt-asgd steps as sgd; what averages is apart', () =>
    assert.deepEqual(trajectory('nt-asgd'), trajectory('sgd')));

  test('an unknown name is refused', () => assert.throws(() => trajectory('adm'), /optimizer adm: there is none/));
});
