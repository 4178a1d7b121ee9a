import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEVER, RestartCounter, THREE_IN_FIVE_MINUTES } from '../../../src/supervisor/restartPolicy.ts';

test('three restarts within five minutes, with pauses that double, then it stays down', () => {
  const counter = new RestartCounter(THREE_IN_FIVE_MINUTES);
  assert.deepEqual(
    [0, 1000, 2000, 3000].map((now) => counter.died(now)),
    [500, 1000, 2000, null],
  );
});

test('deaths long ago are forgotten', () => {
  const counter = new RestartCounter(THREE_IN_FIVE_MINUTES);
  for (const now of [0, 1000, 2000]) counter.died(now);
  assert.equal(counter.died(301_500), 1000);
});

test('a restart by hand begins the count anew', () => {
  const counter = new RestartCounter(THREE_IN_FIVE_MINUTES);
  for (const now of [0, 1, 2, 3]) counter.died(now);
  counter.forgive();
  assert.equal(counter.died(4), 500);
});

test('the command line never restarts', () => {
  assert.equal(new RestartCounter(NEVER).died(0), null);
});
