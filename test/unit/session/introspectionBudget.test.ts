// The share of time that introspection may take: over it, fewer steps are recorded, and it is said.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { IntrospectionBudget } from '../../../src/engine/session/introspectionBudget.ts';

function budget(percent: number) {
  const said: string[] = [];
  const one = new IntrospectionBudget(percent, (message) => said.push(message));
  const spend = (steps: number, share: number) => {
    for (let step = 0; step < steps; step++) one.spent(100, 100 * share);
  };
  return { one, said, spend };
}

it('within the budget every step is recorded, and nothing is said', () => {
  const { one, said, spend } = budget(10);
  spend(200, 0.09);
  assert.deepEqual([one.every, said], [1, []]);
  assert.ok([1, 2, 3].every((step) => one.takes(step)));
});

it('over it, half as many, and again; the first step always', () => {
  const { one, said, spend } = budget(10);
  spend(32, 0.11);
  assert.equal(one.every, 2);
  spend(32, 0.11);
  assert.equal(one.every, 4);
  assert.deepEqual(
    [1, 2, 3, 4, 8].filter((step) => one.takes(step)),
    [1, 4, 8],
  );
  assert.deepEqual(said, [
    'introspection 11.0 % of time, over the 10 % budget: only every 2nd step is recorded now',
    'introspection 11.0 % of time, over the 10 % budget: only every 4th step is recorded now',
  ]);
});

it('well under it again, twice as many; just under it, as before, so that it does not swing', () => {
  const { one, said, spend } = budget(10);
  spend(32, 0.12);
  spend(320, 0.06);
  assert.equal(one.every, 2);
  spend(32, 0.01);
  assert.equal(one.every, 1);
  assert.equal(said.at(-1), 'introspection 1.0 % of time, well under the 10 % budget: every step is recorded again');
});

it('a few slow answers in fast steps are no verdict yet', () => {
  const { one } = budget(10);
  for (let step = 0; step < 100; step++) one.spent(2, 1);
  assert.equal(one.every, 1);
});

it('has an end: some steps are always recorded', () => {
  const { one, spend } = budget(1);
  spend(32 * 20, 0.9);
  assert.equal(one.every, 64);
});
