/**
 * Training step by step as PyTorch does it: the losses of whole runs, made in float64 by
 * `/opt/torch-venv/bin/python test/golden/torch_reference.py series test/fixtures/series`.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { onEachBackend } from '../unit/engine/onEachBackend.ts';
import { SERIES, seriesRequest, train } from './trainedRun.ts';

const TOLERANCE = 1e-5;
const SUFFIX = '.series.json';

interface Series {
  readonly loss: readonly number[];
  readonly grad_norm: readonly number[];
  readonly lr: readonly number[];
  /** Step and cross-entropy. */
  readonly valid: readonly (readonly [number, number])[];
  readonly averaged_from?: number;
}

const read = (file: string): unknown => JSON.parse(readFileSync(path.join(SERIES, file), 'utf8'));

/** The largest relative error, and where it is. */
function worst(found: readonly unknown[], wanted: readonly number[]): { error: number; at: number } {
  assert.equal(found.length, wanted.length);
  let worst = { error: 0, at: 0 };
  wanted.forEach((value, at) => {
    const error = Math.abs((found[at] as number) - value) / Math.abs(value);
    if (!(error <= worst.error)) worst = { error, at };
  });
  return worst;
}

onEachBackend('golden: every step of a run as PyTorch does it', (backend) => {
  const names = readdirSync(SERIES).filter((file) => file.endsWith(SUFFIX));
  for (const file of names) {
    const name = file.slice(0, -SUFFIX.length);
    test(name, async (t) => {
      const wanted = read(file) as Series;
      const run = await train(await seriesRequest(t, name, { backend }));
      assert.deepEqual(run.vocabulary, read('vocab.json'));
      const column = (key: string) => run.train.map((line) => line[key]);
      const loss = worst(column('loss'), wanted.loss);
      t.diagnostic(`${wanted.loss.length} steps, worst relative error of the loss ${loss.error.toExponential(1)}`);
      assert.ok(loss.error <= TOLERANCE, `loss of step ${loss.at + 1}: relative error ${loss.error}`);
      // The fixture has eight digits.
      assert.ok(worst(column('lr'), wanted.lr).error <= 1e-7);
      const norm = worst(column('grad_norm'), wanted.grad_norm);
      assert.ok(norm.error <= 10 * TOLERANCE, `gradient norm of step ${norm.at + 1}: relative error ${norm.error}`);
      const due = run.valid.map((line) => line['step']);
      assert.deepEqual(
        due,
        wanted.valid.map(([step]) => step),
      );
      const valid = worst(
        run.valid.map((line) => line['ce']),
        wanted.valid.map(([, ce]) => ce),
      );
      assert.ok(valid.error <= TOLERANCE, `evaluation ${valid.at}: relative error ${valid.error}`);
      const began = run.log.find(({ message }) => message.includes('weights are averaged'));
      assert.equal(began && Number(/^step (\d+)/.exec(began.message)![1]), wanted.averaged_from);
      if (began) assert.ok(run.statuses.some(({ message }) => message === began.message));
      const { averaged_from: since = Infinity } = wanted;
      for (const line of run.valid) assert.equal(line['averaged'] === true, (line['step'] as number) > since);
    });
  }
});
