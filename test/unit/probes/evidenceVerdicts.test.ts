// The promises that the whole run speaks to: when they hold, when they break, and in which words.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EvidenceLog } from '../../../src/engine/probes/evidenceLog.ts';
import { evalRepeats, insideBand, keptRates, nobodyMoved } from '../../../src/engine/probes/evidenceVerdicts.ts';
import { NO_EVIDENCE } from '../../../src/engine/probes/stepEvidence.ts';

describe('eval-repeats', () => {
  it('is not checked before an evaluation', () => assert.equal(evalRepeats(NO_EVIDENCE).holds, null));

  it('says what was seen', () => {
    const evaluation = { step: 40, firstDifferent: null, largestDifference: 0 };
    assert.deepEqual(evalRepeats({ ...NO_EVIDENCE, evaluation }), {
      rule: 'eval-repeats',
      holds: true,
      sentence: 'Two eval passes after step 40: largest difference 0.',
    });
    const differs = { step: 40, firstDifferent: 'activation/0.rnns.0', largestDifference: 0.0312 };
    assert.deepEqual(evalRepeats({ ...NO_EVIDENCE, evaluation: differs }), {
      rule: 'eval-repeats',
      holds: false,
      name: '0.rnns.0',
      sentence: 'Two eval passes differ by 0.0312 (after step 40); the first module that differs is `rnns.0`.',
    });
  });
});

describe('kept-rates', () => {
  const log = (kept: readonly number[], p = 0.2, draws = 1000) => {
    const evidence = new EvidenceLog();
    for (const share of kept) evidence.count({ '0.input_dp': { p, kept: share, draws } });
    return evidence.now([]);
  };

  it('judges the running mean by its own band: a single odd step is chance, a steady one is not', () => {
    // One step: sigma = sqrt(.16 / 1000) = .01265. A hundred: .001265.
    const [once] = keptRates(log([0.83]));
    assert.deepEqual([once?.holds, once?.sentence], [true, '1 of 1 sites inside their band over 1 step.']);
    const [always] = keptRates(log(Array.from({ length: 100 }, () => 0.83)));
    assert.deepEqual(
      [always?.holds, always?.name, always?.sentence],
      [false, '0.input_dp', '`input_dp` kept 83.00 %, expected 80.00 ± 0.51 over 100 steps.'],
    );
  });

  it('expects what 16-bit draws can give: with enough of them 1 - p itself would be outside', () => {
    const p = 0.1 + 3e-6;
    const inForce = Math.round(p * 65536) / 65536;
    const draws = 1e12;
    assert.ok(insideBand({ p, kept: (1 - inForce) * draws, draws }));
    assert.ok(!insideBand({ p, kept: (1 - p) * draws, draws }));
  });

  it('p = 1 keeps none, p = 0 all', () => {
    assert.ok(insideBand({ p: 1, kept: 0, draws: 50 }) && insideBand({ p: 0, kept: 50, draws: 50 }));
    assert.ok(!insideBand({ p: 0, kept: 49, draws: 50 }));
  });

  it('says so when nothing was drawn', () => assert.equal(keptRates(NO_EVIDENCE)[0]?.holds, null));
});

describe('nobody-moved', () => {
  it('counts, names, tells the step and the size', () => {
    assert.equal(nobodyMoved(NO_EVIDENCE, 10)[0]?.holds, null);
    assert.equal(
      nobodyMoved({ ...NO_EVIDENCE, steps: 3 }, 10)[0]?.sentence,
      '0 of 10 parameters changed outside an optimiser step.',
    );
    const moved = [
      { name: '0.encoder.weight', step: 39, during: 'an evaluation', change: 1 },
      { name: '0.encoder.weight', step: 40, during: 'an evaluation', change: 3.6 },
      { name: '1.decoder.bias', step: 41, during: 'no optimiser step', change: 0.5 },
    ] as const;
    assert.deepEqual(
      nobodyMoved({ ...NO_EVIDENCE, steps: 41, moved }, 10).map(({ holds, sentence }) => [holds, sentence]),
      [
        [false, '`encoder.weight` changed during an eval pass (step 40, ‖Δ‖ 3.6).'],
        [false, '`decoder.bias` changed outside an optimiser step (step 41, ‖Δ‖ 0.5).'],
      ],
    );
  });
});
