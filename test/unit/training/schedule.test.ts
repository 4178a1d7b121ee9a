import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultConfig } from '../../../src/shared/config.ts';
import {
  makeSchedule,
  type ScheduleConfig,
  slantedTriangle,
  spreadRates,
} from '../../../src/engine/training/schedule.ts';
import { close } from '../engine/tensors.ts';

const config = (more: Partial<ScheduleConfig>): ScheduleConfig => ({ ...defaultConfig(), ...more });

test('a constant schedule is constant', () => {
  const schedule = makeSchedule(config({ lr: 0.01, moms: [0.8, 0.7, 0.6] }), { steps: 100, groups: 3 });
  assert.deepEqual(schedule(1), { lr: [0.01, 0.01, 0.01], momentum: 0.8 });
  assert.deepEqual(schedule(77), schedule(1));
});

test('H11 one-cycle: learning rate and momentum at five places of a run', () => {
  const cycle = config({ schedule: 'one-cycle', lr: 0.01, moms: [0.8, 0.7, 0.8] });
  const schedule = makeSchedule(cycle, { steps: 1000, groups: 1 });
  // Step s stands at (s - 1) / N; the position 1 is one step past the end.
  const at = [0, 0.125, 0.25, 0.625, 1].map((position) => schedule(1 + 1000 * position));
  close(
    at.map(({ lr }) => lr[0]!),
    [4e-4, 5.2e-3, 1e-2, 5.00005e-3, 1e-7],
    1e-12,
  );
  close(
    at.map(({ momentum }) => momentum),
    [0.8, 0.75, 0.7, 0.75, 0.8],
    1e-12,
  );
});

test('H12 rates spread geometrically over five groups; one number is the rate of all', () => {
  close(spreadRates([1e-2 / 2.6 ** 4, 1e-2], 5), [2.188299e-4, 5.689577e-4, 1.47929e-3, 3.846154e-3, 1e-2], 1e-9);
  assert.deepEqual(spreadRates(2e-3, 3), [2e-3, 2e-3, 2e-3]);
  assert.deepEqual(spreadRates([1e-3, 2e-3], 1), [2e-3]);
});

test('H13 slanted triangle: rises for a tenth of the steps, falls for the rest', () => {
  close(
    [0, 5, 10, 55, 100].map((t) => 0.01 * slantedTriangle(t, 100)),
    [3.125e-4, 5.15625e-3, 1e-2, 5.15625e-3, 3.125e-4],
    1e-12,
  );
  const schedule = makeSchedule(config({ schedule: 'stlr', lr: [0.001, 0.01] }), { steps: 100, groups: 2 });
  close([...schedule(11).lr], [0.001, 0.01], 1e-12);
  assert.equal(schedule(11).momentum, 0.9);
});

test('a slanted triangle stays within its bounds whatever the number of steps', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(499), (steps, t) => {
      const height = slantedTriangle(Math.min(t, steps - 1), steps);
      assert.ok(height >= 1 / 32 && height <= 1, `${height} at ${t} of ${steps}`);
    }),
  );
});
