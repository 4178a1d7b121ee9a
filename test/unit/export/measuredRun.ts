/** A run as hand-made numbers with everything in it that is awkward: it never trained. Its event file has a golden reading. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { EvalLine, TrainLine } from '../../../src/shared/engineContract.ts';
import type { Config } from '../../../src/shared/hyperparameters.ts';
import type { ActivationSeries, HistogramSeries } from '../../../src/shared/stepContract.ts';
import type { RunRecord } from '../../../src/engine/checkpoints/runFolder.ts';
import { tensorboardEvents, type EventTally } from '../../../src/engine/export/tensorboardEvents.ts';

export const raw = '0.rnns.0.weight_hh_l0_raw';
export const mask = '0.rnns.0.weight_hh_l0';

export const trainLine = (step: number, more: Partial<TrainLine> = {}): TrainLine => ({
  step,
  epoch: 1,
  loss: 6.5,
  ce: 6,
  ar: 0.375,
  tar: 0.125,
  ppl: Math.exp(6),
  lr: 0.002,
  bptt: 70,
  tokens: 1120,
  ms: 250,
  grad_norm: 0.75,
  grad_norm_clipped: 0.25,
  non_finite: 0,
  introspection_ms: 1.5,
  ...more,
});

export const evalLine: EvalLine = { step: 2, split: 'valid', ce: 5.5, ppl: Math.exp(5.5), clean_eval: true };

const lines: readonly (TrainLine | EvalLine)[] = [
  trainLine(1, {
    params: { [raw]: { w: 3, g: 0.5, u: 0.001 }, '0.encoder.weight': { w: 2, g: null, u: 0 } },
    sites: { [mask]: { p: 0.5, kept: 0.48, draws: 1000 } },
  }),
  trainLine(2),
  { ...evalLine, averaged: true },
  trainLine(3, { loss: NaN, ce: Infinity, ppl: Infinity, grad_norm: -Infinity, non_finite: 12 }),
];

/** Five values at two steps: below, within and above the bins, zeros; at the second also two that are not finite. */
export const histograms: readonly HistogramSeries[] = [
  {
    name: raw,
    of: 'weight',
    every: 2,
    steps: Float64Array.of(1, 3),
    edges: Float64Array.of(-2, -1, 0, 1, 2),
    counts: Uint32Array.of(0, 1, 2, 0, 1, 0, 0, 3),
    zeros: Uint32Array.of(2, 0),
    nonFinite: Uint32Array.of(0, 2),
    quantiles: Float32Array.of(-0.75, -0.75, -0.75, 0, 0, 0.5, 0.5, 0.5, 0.5, -1.5, -1.5, -1.5, 1, 1, 1, 5, 5, 5),
  },
  {
    name: raw,
    of: 'gradient',
    every: 2,
    steps: Float64Array.of(3, 5),
    edges: Float64Array.of(),
    counts: Uint32Array.of(),
    zeros: Uint32Array.of(0, 4),
    nonFinite: Uint32Array.of(4, 0),
    quantiles: Float32Array.from({ length: 18 }, (_, index) => (index < 9 ? NaN : 0)),
  },
];

const activations: ActivationSeries = {
  every: 2,
  steps: Float64Array.of(1),
  counted: 8,
  positions: 8,
  layers: [
    {
      mean: Float32Array.of(0.125),
      deviation: Float32Array.of(0.5),
      saturation: Float32Array.of(0.25, 0.5, 0.75, NaN),
    },
  ],
};

export const record: RunRecord = {
  version: 1,
  name: 'a_run | of hands',
  config: { weight_p: 0.5, corpus: ['texts/*.txt'] } as Partial<Config> as Config,
  corpus: [{ path: '/texts/one.txt', size: 10, sha256: '', tags_stripped: false }],
  vocab_size: 12,
  backend: null,
  seed: 1,
  pid: 1,
  pid_start: null,
  host: 'cli',
  started: '2026-11-22T10:00:00.500Z',
  ended: null,
  status: 'running',
  error: null,
};

/** Its event file, and what the writer says is in it. */
export async function eventFile(): Promise<{ readonly file: Uint8Array; readonly tally: EventTally }> {
  const run = { record, status: 'interrupted', lines: oneByOne(lines), histograms, activations } as const;
  const tally: EventTally = { scalars: new Set(), histograms: new Set() };
  const records = [];
  for await (const one of tensorboardEvents(run, ['A note.'], tally)) records.push(one);
  return { file: Buffer.concat(records), tally };
}

/** What test/golden/read_events.py prints for that file; when the writer changes, it is run again and its output looked at. */
export function goldenEvents(): unknown {
  const file = path.join(import.meta.dirname, '../../fixtures/tensorboard/events.json');
  return JSON.parse(readFileSync(file, 'utf8'));
}

async function* oneByOne<T>(values: readonly T[]): AsyncGenerator<T> {
  for (const value of values) yield await Promise.resolve(value);
}
