// A small described run for tests of what views make of it.
import type { RunDescription, TrainLine } from '../../../src/shared/engineContract.ts';
import { newRun, withDescription, type RunState } from '../../../src/host/runState.ts';
import { validateConfig } from '../../../src/shared/config.ts';

export function sampleDescription(): RunDescription {
  const { config } = validateConfig({ emb_sz: 64, n_hid: 128, n_layers: 1, corpus: ['a.txt'], steps: 400 });
  if (!config) throw new Error('the sample config is not valid');
  return {
    id: 'r1',
    name: 'genesis',
    folder: '/runs/r1',
    config,
    backend: { name: 'wasm', version: '4.22.0', threads: 2, selfTestMs: 8, reason: 'always available', refused: [] },
    vocabSize: 60,
    trainTokens: 9000,
    validTokens: 1000,
    corpusHash: '1f2e3d4c',
    unigramPerplexity: 20,
    plannedSteps: 400,
    stepsPerEpoch: 8,
    parameterCount: 99_328,
    tree: [
      {
        kind: 'module',
        name: '0.rnns.0',
        label: 'rnns.0',
        type: 'WeightDropout',
        weights: 99_328,
        children: [
          {
            kind: 'parameter',
            name: '0.rnns.0.weight_hh_l0_raw',
            label: 'weight_hh_l0_raw',
            shape: [512, 128],
            derived: {
              mask: '0.rnns.0.weight_hh_l0',
              name: '0.rnns.0.module.weight_hh_l0',
              label: 'weight_hh_l0',
              shape: [512, 128],
            },
          },
          { kind: 'parameter', name: '0.rnns.0.module.bias_hh_l0', label: 'bias_hh_l0', shape: [512] },
        ],
      },
      { kind: 'tie', name: '1.decoder.weight', label: 'decoder.weight', tiedTo: 'encoder.weight' },
    ],
    sites: [
      {
        name: '0.rnns.0.weight_hh_l0',
        kind: 'weight',
        shape: [512, 128],
        configured: 0.2,
        p: 0.2,
        draws: 65_536,
        constantAlong: [{ axis: 'time', size: 70 }],
        variesAlong: [
          { axis: 'rows', size: 512 },
          { axis: 'columns', size: 128 },
        ],
        raw: '0.rnns.0.weight_hh_l0_raw',
        granularity: 'element',
      },
    ],
  };
}

export function describedRun(change: Partial<RunState> = {}): RunState {
  const run = newRun('r1', 'genesis', '/runs/r1', Date.UTC(2026, 0, 1));
  return { ...withDescription(run, sampleDescription()), status: 'running', ...change };
}

export function trainLine(change: Partial<TrainLine> = {}): TrainLine {
  return {
    step: 201,
    epoch: 1,
    loss: 2.2364,
    ce: 2.2,
    ar: 0,
    tar: 0,
    ppl: 9.35,
    lr: 2e-3,
    bptt: 70,
    tokens: 1120,
    ms: 8,
    grad_norm: 0.145,
    grad_norm_clipped: 0.145,
    non_finite: 0,
    introspection_ms: 1,
    ...change,
  };
}
