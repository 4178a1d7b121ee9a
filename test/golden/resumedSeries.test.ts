/** Runs that are cut in two and resumed have the numbers of an undisturbed run, to the last bit. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { type Line, seriesRequest, train } from './trainedRun.ts';

/** Without what a clock decides. */
const numbers = (lines: readonly Line[]): Line[] =>
  lines.map((line) => Object.fromEntries(Object.entries(line).filter(([key]) => !/^(ms|introspection_ms)$/.test(key))));

// NT-ASGD begins to average at step 78 (nt-asgd.series.json): once before the cut, once after it.
for (const [name, cut, steps] of [
  ['nt-asgd', 65, 130],
  ['nt-asgd', 104, 130],
  ['variable-bptt', 25, 60],
] as const) {
  test(`${name} cut after step ${cut} and resumed`, async (t) => {
    const backend = 'wasm';
    const calm = await seriesRequest(t, name, { backend, steps });
    const whole = await train(calm);
    const halves = await seriesRequest(t, name, { backend, steps: cut });
    await train(halves);
    const { config, configFile, init, ...again } = halves;
    assert.ok(configFile !== undefined && init !== undefined && config === undefined);
    const resumed = await train({ ...again, corpus: [], resume: true, overrides: { steps } });
    assert.deepEqual(numbers(resumed.train), numbers(whole.train));
    // The first half ends with an evaluation of its own.
    const regular = numbers(resumed.valid).filter(({ step }) => whole.valid.some((line) => line['step'] === step));
    assert.deepEqual(regular, numbers(whole.valid));
    const checkpoint = (folder: string, file: string) =>
      readFile(path.join(folder, 'checkpoints', `step-${String(steps).padStart(6, '0')}.${file}`));
    const state = 'state.safetensors';
    assert.ok((await checkpoint(calm.folder, state)).equals(await checkpoint(halves.folder, state)));
  });
}
