import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultConfig } from '../../../src/shared/config.ts';
import { checkpointDue, detailsDue, evaluationDue, makePlan, positionOf } from '../../../src/engine/training/plan.ts';

const config = (more: object) => ({ ...defaultConfig(), ...more });
const ten = () => 10;

test('with epochs and steps, whichever ends first', () => {
  assert.equal(makePlan(config({ epochs: 2, steps: null }), ten).steps, 20);
  assert.equal(makePlan(config({ epochs: 2, steps: 15 }), ten).steps, 15);
  assert.equal(makePlan(config({ epochs: 2, steps: 50 }), ten).steps, 20);
  assert.equal(makePlan(config({ epochs: null, steps: 50 }), ten).steps, 50);
});

test('steps and epochs are counted from 1', () => {
  const plan = makePlan(config({ epochs: 3 }), ten);
  assert.deepEqual(positionOf(1, plan), { epoch: 1, batch: 0 });
  assert.deepEqual(positionOf(10, plan), { epoch: 1, batch: 9 });
  assert.deepEqual(positionOf(11, plan), { epoch: 2, batch: 0 });
});

test('evaluation at each epoch, or at every eval_every, and always after the last step', () => {
  const due = (more: object) => {
    const plan = makePlan(config({ epochs: null, steps: 25, ...more }), ten);
    return Array.from({ length: 25 }, (_, i) => i + 1).filter((step) => evaluationDue(step, plan));
  };
  assert.deepEqual(due({}), [10, 20, 25]);
  assert.deepEqual(due({ eval_every: 7 }), [7, 14, 21, 25]);
});

test('checkpoints at every checkpoint_every and at the end', () => {
  const plan = makePlan(config({ epochs: null, steps: 25, checkpoint_every: 10 }), ten);
  assert.deepEqual(
    [9, 10, 20, 24, 25].filter((step) => checkpointDue(step, plan)),
    [10, 20, 25],
  );
});

test('norms by parameter on steps 1 to 1000, every 16th after that and the last', () => {
  const plan = makePlan(config({ epochs: null, steps: 2001 }), ten);
  assert.deepEqual(
    [1, 1000, 1001, 1008, 1009, 2000, 2001].filter((step) => detailsDue(step, plan)),
    [1, 1000, 1008, 2000, 2001],
  );
});

test('epochs of different lengths: places, ends and the number of steps', () => {
  const lengths = [3, 5, 2];
  const plan = makePlan(config({ epochs: 3, steps: null }), (epoch) => lengths[epoch - 1]!);
  assert.equal(plan.steps, 10);
  assert.deepEqual(
    Array.from({ length: 10 }, (_, i) => positionOf(i + 1, plan)).map(({ epoch, batch }) => `${epoch}/${batch}`),
    ['1/0', '1/1', '1/2', '2/0', '2/1', '2/2', '2/3', '2/4', '3/0', '3/1'],
  );
  assert.deepEqual(positionOf(2, plan), { epoch: 1, batch: 1 });
  const due = Array.from({ length: 10 }, (_, i) => i + 1).filter((step) => evaluationDue(step, plan));
  assert.deepEqual(due, [3, 8, 10]);
});
