import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { chooseBackend } from '../../src/engine/backends/chooseBackend.ts';
import { StepReplay } from '../../src/engine/capture/stepReplay.ts';
import { benchJob } from '../../src/engine/bench/benchJob.ts';
import { benchBatch, benchModel, dimensions, stepFlops } from '../../src/engine/bench/benchModel.ts';
import { median } from '../../src/engine/bench/median.ts';
import { benchText } from '../../src/cli/benchText.ts';
import { BadInput } from '../../src/shared/failureCodes.ts';
import { torchPython } from '../support/torchPython.ts';

const native = process.env['DROPSCOPE_NATIVE'];

test('the median is the middle, or the lower of two', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2);
  assert.ok(Number.isNaN(median([])));
});

test('batches hold tokens of the vocabulary, another batch for every step', () => {
  const [one, two] = [benchBatch(dimensions.tiny, 1), benchBatch(dimensions.tiny, 2)];
  assert.ok([...one.input, ...one.target].every((id) => Number.isInteger(id) && id >= 0 && id < 100));
  assert.notDeepEqual(one.input, two.input);
  assert.deepEqual(Array.from(one.input.slice(1)), Array.from(one.target.slice(0, -1)));
});

test('the work of a step is six operations for each weight of a product and each token', async () => {
  await chooseBackend('cpu');
  // tiny: layers 20 -> 10 -> 20, vocabulary 100, 50 tokens
  assert.equal(stepFlops(dimensions.tiny), 6 * 50 * (40 * 30 + 80 * 30 + 100 * 20));
  const weights = [...benchModel(dimensions.tiny).namedParameters()].filter(([, { shape }]) => shape.length === 2);
  assert.equal(stepFlops(dimensions.tiny), 300 * weights.reduce((sum, [, { size }]) => sum + size, 0));
});

for (const backend of ['wasm', 'tensorflow']) {
  const skip = backend === 'tensorflow' && !native ? 'DROPSCOPE_NATIVE is not set: no native backend here' : false;
  for (const introspection of ['off', 'visible'] as const) {
    test(
      `${backend}, introspection ${introspection}: the numbers of a measurement hang together`,
      { skip },
      async () => {
        const request = { size: 'tiny', backend, steps: 5, introspection, profile: introspection === 'off' } as const;
        const result = await benchJob(request);
        assert.equal(result.mode, StepReplay.available ? 'captured' : 'eager');
        assert.ok(result.ms > 0 && result.fastest <= result.ms && result.peakGflops > 0);
        assert.equal(result.peaks.length, result.rounds + 1);
        assert.equal(result.peakGflops, Math.max(...result.peaks));
        const { forward, backward, update } = result.parts;
        assert.ok(forward > 0 && Math.abs(forward + backward + update - result.ms) < 1e-9);
        assert.ok(Math.abs(result.tokensPerSecond - 50_000 / result.ms) < 1e-6);
        const { profile, costs } = result;
        assert.deepEqual(
          costs.map((cost) => cost.introspection),
          introspection === 'off' ? [] : ['visible'],
        );
        assert.ok(costs.every(({ ratio, ratios }) => ratio > 0 && ratios.length === result.rounds));
        assert.ok(costs.every(({ looking, slower }) => looking > 0 && slower > -1));
        if (profile) {
          const parts = profile.parts.reduce((sum, { ms }) => sum + ms, profile.outside);
          assert.ok(Math.abs(parts - profile.ms) < 1e-6 && profile.outside > 0);
          assert.ok(
            ['LSTM', 'drawing masks', 'optimiser'].every((name) => profile.parts.some(({ part }) => part === name)),
          );
        }
        assert.match(benchText(result), new RegExp(`^tiny on ${backend}, ${result.mode}, \\d+ threads`));
      },
    );
  }
}

test('captured steps are asked for only where there are any', async () => {
  const request = { size: 'tiny', backend: 'cpu', mode: 'captured', introspection: 'off', steps: 1 } as const;
  await assert.rejects(
    () => benchJob(request),
    (error) => error instanceof BadInput && /--mode captured/.test(error.message),
  );
});

test('a Python that cannot be started is said in words', async () => {
  const torch = { python: '/nowhere/python', script: 'torch_step.py' };
  await assert.rejects(
    () => benchJob({ size: 'tiny', backend: 'cpu', introspection: 'off', steps: 1, torch }),
    /--against-torch: \/nowhere\/python cannot be started: .*\(give a Python that has torch\)/,
  );
});

const found = torchPython();

test('PyTorch computes the same gradients', { skip: found.missing }, async () => {
  assert.ok(found.missing === false);
  const torch = { python: found.python, script: path.join(import.meta.dirname, 'torch_step.py') };
  const result = await benchJob({ size: 'tiny', backend: 'wasm', introspection: 'off', steps: 2, rounds: 1, torch });
  assert.ok(result.torch!.gradients.worst < 1e-5, result.torch!.gradients.name);
  assert.equal(result.torch!.ratios.length, 1);
});
