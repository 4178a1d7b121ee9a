/**
 * A run that trains with its panel open takes no more memory for a step than its curves do: real engine, host and page. The
 * bound is ten times what the curves take, which a picture, a tile or an answer that nobody lets go of exceeds.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CURVE_BYTES_A_STEP, panelMemory } from '../bench/panelMemory.ts';

const soak = process.env['DROPSCOPE_SOAK'] === '1';
const steps = soak ? 50_000 : 3000;

test(
  `memory of host and page over ${steps} steps with the panel open`,
  { timeout: soak ? 7_200_000 : 1_800_000 },
  async (t) => {
    const { page, host } = await panelMemory(steps);
    // Once curves have reached the rows they keep, nothing grows.
    const bound = (soak ? 1 : 10) * 1000 * CURVE_BYTES_A_STEP;
    for (const [where, growth] of [
      ['page', page],
      ['host', host],
    ] as const) {
      const kb = (bytes: number) => `${(bytes / 1024).toFixed(0)} KB`;
      t.diagnostic(`${where}: ${kb(growth)} for each 1000 steps, at most ${kb(bound)}`);
      assert.ok(growth < bound, `${where} grows by ${kb(growth)} for each 1000 steps, more than ${kb(bound)}`);
    }
  },
);
