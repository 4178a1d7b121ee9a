// Which recorded steps stay when memory is bounded: the latest dense, the older ones ever sparser, and none leaked.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { densest, KeptSteps, type HeldStep } from '../../../src/engine/probes/keptSteps.ts';
import { NO_EVIDENCE } from '../../../src/engine/probes/stepEvidence.ts';

const disposed: number[] = [];

function held(step: number, pieces: readonly (readonly [object, number])[]): HeldStep & { slimmed: boolean } {
  const one = {
    step,
    mode: 'train' as const,
    input: { rows: 1, length: 1, ids: Int32Array.of(0) },
    target: null,
    evidence: NO_EVIDENCE,
    slimmed: false,
    names: () => [],
    read: () => undefined,
    memory: () => (one.slimmed ? pieces.slice(0, -1) : pieces),
    slim: () => void (one.slimmed = true),
    dispose: () => void disposed.push(step),
  };
  return one;
}

const own = (step: number, bytes = 10) =>
  held(step, [
    [{}, bytes],
    [{}, 0],
  ]);

describe('KeptSteps', () => {
  it('keeps all while they fit, and answers with the nearest', () => {
    const kept = new KeptSteps(1000);
    for (const step of [1, 2, 5, 9]) kept.add(own(step));
    assert.deepEqual([...kept.steps], [1, 2, 5, 9]);
    assert.deepEqual(
      [undefined, 0, 3, 4, 7, 99].map((step) => kept.nearest(step)?.step),
      [9, 1, 2, 5, 9, 9],
    );
    assert.equal(new KeptSteps(1).nearest(3), undefined);
  });

  it('counts memory that steps share once, and lets go of what only the latest needs', () => {
    const kept = new KeptSteps(1000);
    const frozen = {};
    const step = (at: number) =>
      held(at, [
        [frozen, 100],
        [{}, 10],
        [{}, 50],
      ]);
    kept.add(step(1));
    assert.equal(kept.bytes, 160);
    kept.add(step(2));
    assert.equal(kept.bytes, 100 + 10 + 60, 'the first has no 50 any more');
    kept.dispose();
    assert.equal(kept.bytes, 0);
  });

  it('counts what a step holds more once it was looked at', () => {
    const kept = new KeptSteps(1000);
    const pieces: (readonly [object, number])[] = [[{}, 10]];
    const step = held(1, pieces);
    kept.add(step);
    pieces.push([{}, 90]);
    kept.lookedAt(step);
    assert.equal(kept.bytes, 100, 'the newest keeps all it has');
  });

  it('keeps the newest even when it alone is too large', () => {
    const kept = new KeptSteps(50);
    kept.add(own(1, 60));
    assert.deepEqual([[...kept.steps], kept.bytes], [[1], 60]);
    kept.add(own(2, 60));
    assert.deepEqual([...kept.steps], [2]);
  });

  it('drops what a run that went back does again', () => {
    const kept = new KeptSteps(1000);
    for (const step of [1, 2, 3, 4, 2]) kept.add(own(step));
    assert.deepEqual([...kept.steps], [1, 2]);
  });

  it('over a long run the first and the latest stay, and no past step is far from a kept one for its age', () => {
    fc.assert(
      fc.property(fc.integer({ min: 12, max: 60 }), fc.integer({ min: 100, max: 3000 }), (most, run) => {
        disposed.length = 0;
        const kept = new KeptSteps(10 * most);
        for (let step = 1; step <= run; step++) kept.add(own(step));
        const steps = [...kept.steps];
        assert.equal(steps.length, most);
        assert.ok(kept.bytes <= 10 * most);
        assert.deepEqual([steps[0], steps.at(-1), steps.at(-2)], [1, run, run - 1]);
        // Evenly spaced on a log scale a gap is ln(run) / most of the age; removing one at a time is not far from that.
        const ideal = Math.log(run) / (most - 1);
        const middle = steps.filter((step) => step > 1 && step < run);
        const gaps = middle.map((step, at) => ((middle[at + 1] ?? run) - step) / (run - step + 1));
        assert.ok(
          gaps.slice(0, -4).every((gap) => gap < 4 * ideal + 0.05),
          `${gaps.join(' ')} against ${ideal}`,
        );
        kept.dispose();
        assert.equal(new Set(disposed).size, run, 'every step is disposed once');
        assert.equal(disposed.length, run);
      }),
      { numRuns: 25 },
    );
  });

  it('of two the older goes, of more neither end', () => {
    assert.equal(densest([3, 9]), 0);
    assert.equal(densest([1, 2, 3, 100, 101]), 1);
    assert.equal(densest([1, 50, 99, 100]), 1);
  });

  it('the one that is shown stays, whatever memory it takes', () => {
    const kept = new KeptSteps<HeldStep>(50);
    kept.add(own(1));
    kept.add(own(2));
    kept.shown = kept.nearest(2)!;
    for (let step = 3; step <= 40; step++) kept.add(own(step, 60));
    assert.deepEqual([...kept.steps], [2, 40]);
    kept.shown = null;
    kept.add(own(41, 60));
    assert.deepEqual([...kept.steps], [41]);
    kept.shown = kept.nearest()!;
    kept.add(own(41));
    assert.equal(kept.shown, null, 'a run that went back has done it again');
    assert.equal(densest([1, 5, 9], 5), 0);
    assert.equal(densest([1, 5, 9], 1), 1);
    assert.equal(densest([1, 9], 1), -1);
  });
});
