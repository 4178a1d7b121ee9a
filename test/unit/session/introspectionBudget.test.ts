// The share of time that introspection may take: over it, fewer steps are recorded, and it is said.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { IntrospectionBudget, WITH_AFTERMATH } from '../../../src/engine/session/introspectionBudget.ts';

/** Steps of `ms` without introspection, of which those that are taken cost `cost` more, with what looking leaves to the steps after it. */
function training(percent: number) {
  const said: string[] = [];
  const budget = new IntrospectionBudget(percent, (message) => said.push(message));
  let step = 0;
  const train = (steps: number, { ms = 100, cost = 0, watched = true }) => {
    let [taken, spent, time] = [0, 0, 0];
    for (let each = 0; each < steps; each++) {
      const introspection = budget.takes(++step) ? cost : 0;
      if (introspection > 0 || cost === 0) taken++;
      spent += introspection;
      time += ms + introspection;
      budget.spent(ms + introspection, introspection / WITH_AFTERMATH, watched);
    }
    return { taken, share: spent / time };
  };
  return { budget, said, train };
}

it('within the budget every step is recorded, and nothing is said', () => {
  const { budget, said, train } = training(10);
  assert.equal(train(400, { cost: 10 }).taken, 400);
  assert.deepEqual([budget.every, said], [1, []]);
});

it('looking is charged for what it leaves to later steps: a tenth told is more than a tenth', () => {
  const budget = new IntrospectionBudget(10, () => undefined);
  for (let step = 1; step <= 200; step++) budget.spent(100, 10, true);
  assert.equal(budget.affordable, false);
});

it('over it as many as it pays for, and that is said; the first step always', () => {
  const { budget, said, train } = training(10);
  train(32, { cost: 50 });
  const { share, taken } = train(1000, { cost: 50 });
  assert.ok(share > 0.095 && share < 0.105, `share ${share}`);
  assert.ok(taken > 200 && taken < 240, `taken ${taken}`);
  assert.equal(budget.every, 4);
  assert.equal(said.at(-1), 'introspection keeps to 10 % of time: about every 4th step is recorded now');
  assert.equal(budget.backedOff, said.at(-1));
});

it('has half of it while nobody looks', () => {
  const { budget, said, train } = training(10);
  train(32, { cost: 20, watched: false });
  const { share } = train(1000, { cost: 20, watched: false });
  assert.ok(share > 0.047 && share < 0.053, `share ${share}`);
  assert.equal(budget.every, 4);
  assert.equal(
    said.at(-1),
    'introspection keeps to 5 % of time while nobody looks: about every 4th step is recorded now',
  );
  train(200, { cost: 9, watched: true });
  assert.equal(said.at(-1), 'introspection keeps to 10 % of time: every step is recorded again');
  assert.equal(budget.backedOff, '');
});

it('what the first step costs, whose code is cold, keeps no other from being recorded', () => {
  const { budget, train } = training(5);
  budget.spent(5, 0, false);
  budget.spent(2000, 1990, false);
  assert.equal(train(40, { ms: 1, cost: 2, watched: false }).taken, 40);
});

it('a small model is recorded whole for a while, whatever that costs', () => {
  const { said, train } = training(10);
  assert.equal(train(100, { ms: 0.5, cost: 1, watched: false }).taken, 100);
  assert.deepEqual(said, []);
});

it('one costly look is paid off, but never for longer than half a minute of training', () => {
  const { budget, train } = training(5);
  train(2, {});
  budget.spent(60_000, 59_000, true);
  assert.equal(train(290, { cost: 1 }).taken, 0);
  assert.ok(train(40, { cost: 1 }).taken > 15);
});

it('keeps to its share, whatever steps and looks cost', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 50, noNaN: true }),
      fc.double({ min: 0.2, max: 500, noNaN: true }),
      fc.double({ min: 0, max: 3, noNaN: true }),
      fc.boolean(),
      (percent, ms, costs, watched) => {
        const { train } = training(percent);
        const cost = ms * costs;
        train(Math.ceil(3000 / ms) + 300, { ms, cost, watched });
        const { share } = train(4000, { ms, cost, watched });
        const most = (percent / 100) * (watched ? 1 : 0.5);
        // Beside it: one look more than was paid for, what was saved up, and looks so costly that they are never paid off.
        const beside = (cost + 100 + 10 * ms * most) / (4000 * ms) + cost / 5000;
        assert.ok(share <= most + beside, `${share} of ${most}`);
      },
    ),
    { numRuns: 60 },
  );
});
