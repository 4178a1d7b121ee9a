// How far the last prediction reaches back: against PyTorch's autograd (test/fixtures/reach/make.py), on each backend.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { stepsHolding } from '../../../src/engine/probes/gradientView.ts';
import { lastPrediction } from '../../../src/engine/probes/lastPrediction.ts';
import { predictionReach } from '../../../src/engine/probes/predictionReach.ts';
import type { RecordedStep } from '../../../src/engine/probes/recordedStep.ts';
import { NO_EVIDENCE } from '../../../src/engine/probes/stepEvidence.ts';
import { onEachBackend } from '../engine/onEachBackend.ts';

interface ReachCase {
  readonly name: string;
  readonly rows: number;
  readonly length: number;
  /** Row-major, [rows, length]. */
  readonly target: readonly number[];
  /** By layer and time step. */
  readonly norms: readonly (readonly number[])[];
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>>;
}

const file = path.join(import.meta.dirname, '../../fixtures/reach/cases.json');
const { cases } = JSON.parse(await readFile(file, 'utf8')) as { readonly cases: readonly ReachCase[] };

function recordedStep({ rows, length, target, tensors }: ReachCase): RecordedStep {
  return {
    step: 3,
    mode: 'train',
    input: { rows, length, ids: new Int32Array(rows * length) },
    target: Int32Array.from(target),
    evidence: NO_EVIDENCE,
    names: () => Object.keys(tensors),
    read: (name) => {
      const tensor = tensors[name];
      return tensor && { shape: tensor.shape, data: Float32Array.from(tensor.data) };
    },
  };
}

onEachBackend("PyTorch's reach", () => {
  for (const reachCase of cases)
    test(`is found: ${reachCase.name}`, () => {
      const recorded = recordedStep(reachCase);
      const found = lastPrediction(recorded) ?? assert.fail('nothing was found');
      assert.equal(found.length, reachCase.norms.length);
      reachCase.norms.forEach((norms, layer) => {
        assert.equal(found[layer]!.length, reachCase.length);
        norms.forEach((norm, t) => {
          const error = Math.abs(found[layer]![t]! - norm);
          assert.ok(error < 2e-6 * Math.max(...norms), `layer ${layer}, time step ${t}: off by ${error}`);
        });
      });
      const { halfLife, reach99, timeNorms } = predictionReach(recorded);
      assert.deepEqual(timeNorms, found);
      const holding = (share: number) => reachCase.norms.map((norms) => stepsHolding(Float32Array.from(norms), share));
      assert.deepEqual([halfLife, reach99], [holding(0.5), holding(0.99)]);
    });

  test('what is wrong in the recording shows: another target, mask or weight gives other norms', () => {
    const every = cases.find(({ name }) => name.startsWith('three layers'))!;
    const right = lastPrediction(recordedStep(every))!;
    const changed = (name: string): ReachCase => {
      const tensor = every.tensors[name] ?? assert.fail(name);
      return {
        ...every,
        tensors: { ...every.tensors, [name]: { ...tensor, data: tensor.data.map((value) => value / 2) } },
      };
    };
    const others = [
      { ...every, target: every.target.map((id) => (id + 1) % 5) },
      ...['mask/1.output_dp', 'derived/0.rnns.1.module.weight_hh_l0', 'before/hidden/2.c'].map(changed),
    ];
    for (const other of others) {
      const found = lastPrediction(recordedStep(other))!;
      assert.ok(found.some((norms, layer) => norms.some((norm, t) => Math.abs(norm - right[layer]![t]!) > 1e-5)));
    }
  });
});
