// Breakpoints as a machine: when they are hit, what is said then, and that a hit needs a fresh crossing.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Breakpoints, type Halt } from '../../../src/engine/breakpoints/breakpoints.ts';
import { stepNumbers, type StepNumbers } from '../../../src/engine/breakpoints/stepNumbers.ts';
import { LONG_STEP, type Breakpoint } from '../../../src/shared/breakpoint.ts';
import { trainLine } from '../features/sampleRun.ts';

const on = (when: string, more: Partial<Breakpoint> = {}): Breakpoint => ({ id: when, when, enabled: true, ...more });

const numbers = (values: StepNumbers['values'], names: StepNumbers['names'] = {}): StepNumbers => ({ values, names });

/** Feeds steps 1, 2, … with these losses and gives where it halted. */
function halts(breakpoints: Breakpoints, losses: readonly number[], first = 1): { step: number; halt: Halt }[] {
  return losses.flatMap((loss, index) => {
    const step = first + index;
    const halt = breakpoints.stepDone(numbers({ step, loss }));
    return halt ? [{ step, halt }] : [];
  });
}

const hitSteps = (breakpoints: Breakpoints, losses: readonly number[]): number[] =>
  halts(breakpoints, losses).map(({ step }) => step);

/** What is said at the last of some steps. */
function sentence(when: string, steps: readonly StepNumbers[]): string | undefined {
  const breakpoints = new Breakpoints([on(when)]);
  return steps.map((step) => breakpoints.stepDone(step)).at(-1)?.why;
}

describe('a hit', () => {
  it('needs a fresh crossing: not while the condition stays true, again after it was false', () => {
    assert.deepEqual(hitSteps(new Breakpoints([on('loss > 6')]), [5, 7, 8, 7, 5, 6.5, 9]), [2, 6]);
  });

  it('looks back on the steps before a resume, none of which is hit', () => {
    const breakpoints = new Breakpoints([on('loss > 3 * median(loss)')]);
    const before = Array.from({ length: 20 }, (_, index) => trainLine({ step: index + 1, loss: index === 4 ? 99 : 2 }));
    breakpoints.lookBackOn(before);
    const [hit, ...more] = halts(breakpoints, [7, 2, 2], 21);
    assert.deepEqual([hit?.step, more], [21, []]);
    assert.equal(hit?.halt.why, 'loss 7 is 3.5 times the median of the last 20 steps (2)');
    assert.deepEqual(hitSteps(new Breakpoints([on('loss > 3 * median(loss)')]), [7, 2, 2]), [], 'of no steps');
  });

  it('happens at the first step where the condition is true from the start', () => {
    assert.deepEqual(hitSteps(new Breakpoints([on('loss > 6')]), [7, 7, 7]), [1]);
  });

  it('comes exactly where the condition turns true, whatever the numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(1, 2, 3, NaN, Infinity), { maxLength: 60 }), (losses) => {
        const beyond = losses.map((loss) => loss > 2);
        const turns = beyond.flatMap((now, at) => (now && beyond[at - 1] !== true ? [at + 1] : []));
        assert.deepEqual(hitSteps(new Breakpoints([on('loss > 2')]), losses), turns);
      }),
    );
  });

  it('is not told by a step that does not have the number, which does not rearm it either', () => {
    const breakpoints = new Breakpoints([on('update_ratio > 0.01')]);
    const ratios = [0.02, undefined, 0.03, undefined, 0.001, undefined, 0.04];
    const hit = ratios.map((ratio) =>
      breakpoints.stepDone(numbers(ratio === undefined ? {} : { update_ratio: ratio })),
    );
    assert.deepEqual(
      hit.map((halt) => halt !== null),
      [true, false, false, false, false, false, true],
    );
  });

  it('is decided by one side of && and || where the other cannot be known', () => {
    const breakpoints = new Breakpoints([on('loss > 6 || update_ratio > 1'), on('!(loss > 6 && update_ratio > 1)')]);
    assert.deepEqual(
      halts(breakpoints, [5, 7]).map(({ step, halt }) => [step, halt.hits.map(({ when }) => when), halt.why]),
      [
        [1, ['!(loss > 6 && update_ratio > 1)'], '!(loss > 6 && update_ratio > 1) (loss 5)'],
        [2, ['loss > 6 || update_ratio > 1'], 'loss 7 is above 6'],
      ],
    );
  });

  it('of several breakpoints at one step names them all', () => {
    const breakpoints = new Breakpoints([on('loss > 6'), on('step == 2'), on('loss > 100')]);
    const [{ halt } = { halt: null }] = halts(breakpoints, [5, 7]);
    assert.deepEqual(halt, {
      hits: [
        { id: 'loss > 6', when: 'loss > 6', hits: 1 },
        { id: 'step == 2', when: 'step == 2', hits: 1 },
      ],
      why: 'loss 7 is above 6; this step was asked for',
    });
  });

  it('before the one asked for is counted and does not pause', () => {
    const found = halts(new Breakpoints([on('loss > 6', { fromHit: 2 })]), [7, 5, 7, 5, 7]);
    assert.deepEqual(
      found.map(({ step, halt }) => [step, halt.hits[0]?.hits]),
      [
        [3, 2],
        [5, 3],
      ],
    );
  });
});

describe('a list that changes while the run goes on', () => {
  it('leaves what stays as it was: beyond its condition, with its hits', () => {
    const breakpoints = new Breakpoints([on('loss > 6')]);
    assert.equal(halts(breakpoints, [7]).length, 1);
    breakpoints.list = [on('step == 3'), on('loss > 6')];
    const found = halts(breakpoints, [7, 7, 5, 7], 2);
    assert.deepEqual(
      found.map(({ step, halt }) => [step, halt.hits[0]?.when, halt.hits[0]?.hits]),
      [
        [3, 'step == 3', 1],
        [5, 'loss > 6', 2],
      ],
    );
  });

  it('hits at once what was just switched on, and never what is off', () => {
    const breakpoints = new Breakpoints([on('loss > 6')]);
    assert.equal(halts(breakpoints, [7]).length, 1);
    breakpoints.list = [on('loss > 6', { enabled: false })];
    assert.deepEqual(halts(breakpoints, [7, 5, 7], 2), []);
    breakpoints.list = [on('loss > 6')];
    assert.equal(halts(breakpoints, [7], 5).length, 1);
  });

  it('looks back at steps from before a breakpoint was added', () => {
    const breakpoints = new Breakpoints([]);
    halts(
      breakpoints,
      Array.from({ length: 20 }, () => 2),
    );
    breakpoints.list = [on('loss > 3 * median(loss)')];
    assert.equal(halts(breakpoints, [7], 21)[0]?.halt.why, 'loss 7 is 3.5 times the median of the last 20 steps (2)');
  });

  it('is refused as a whole when one condition cannot be read', () => {
    const breakpoints = new Breakpoints([on('loss > 6')]);
    assert.throws(() => (breakpoints.list = [on('step == 3'), on('los > 6')]), /did you mean loss/);
    assert.deepEqual(breakpoints.list, [on('loss > 6')]);
  });
});

describe('looking back', () => {
  it('is at the last 64 values before the step, non-finite ones left out, and needs 8', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(1, 2, 3, 5, 8, 13, NaN, Infinity), { maxLength: 100 }), (losses) => {
        const finite = losses.filter((loss) => Number.isFinite(loss)).slice(-64);
        const sorted = finite.toSorted((a, b) => a - b);
        const middle = (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
        for (const [name, value] of [
          ['median', middle],
          ['min', Math.min(...finite)],
          ['max', Math.max(...finite)],
        ] as const) {
          const breakpoints = new Breakpoints([on(`loss == ${name}(loss)`, { enabled: false })]);
          halts(breakpoints, losses);
          breakpoints.list = [on(`loss == ${name}(loss)`)];
          assert.equal(halts(breakpoints, [value]).length, finite.length < 8 ? 0 : 1, name);
        }
      }),
    );
  });

  it('previous is the latest value there was, however long ago', () => {
    const breakpoints = new Breakpoints([on('raw_zeros > previous(raw_zeros) + 0.001')]);
    const zeros = (share?: number) => breakpoints.stepDone(numbers(share === undefined ? {} : { raw_zeros: share }));
    assert.equal(zeros(0), null);
    for (let step = 0; step < 15; step++) assert.equal(zeros(), null);
    assert.equal(zeros(0.0005), null);
    assert.ok(zeros(0.2));
  });
});

describe('the sentence', () => {
  const calm = Array.from({ length: 64 }, (_, index) => numbers({ step: index + 1, grad_norm: 0.67, loss: 5 }));

  it('says how many times the median', () => {
    const last = numbers({ step: 212, grad_norm: 8.31 });
    assert.equal(
      sentence('grad_norm > 10 * median(grad_norm)', [...calm, last]),
      'gradient norm 8.31 is 12.4 times the median of the last 64 steps (0.67)',
    );
  });

  it('names the parameter whose number it is', () => {
    const line = trainLine({ params: { a: { w: 1, g: 1, u: 0.001 }, b: { w: 1, g: null, u: 0.0312 } } });
    assert.equal(sentence(LONG_STEP, [stepNumbers(line, null)]), 'update-to-weight ratio 0.0312 of b is above 0.03');
  });

  it('says from where to where a share of zeros grew', () => {
    const zeros = (share: number) => stepNumbers(trainLine({}), { name: '0.rnns.0.weight_hh_l0_raw', share });
    assert.equal(
      sentence('raw_zeros > previous(raw_zeros) + 0.001', [zeros(0), zeros(0.201)]),
      'share of exact zeros of 0.rnns.0.weight_hh_l0_raw grew from 0 % to 20.1 %',
    );
  });

  it('gives arithmetic as written, with its value', () => {
    const step = numbers({ step: 120, ar: 0.6, tar: 0.2, loss: 6.314 });
    assert.equal(sentence('2 * ar + tar > 1', [step]), '2 * ar + tar (1.4) is above 1');
    assert.equal(sentence('loss > 6 && step > 100', [step]), 'loss 6.31 is above 6');
    assert.equal(
      sentence('loss > 6 && ar > 0.5', [step]),
      'loss 6.31 is above 6 and activation regularisation 0.6 is above 0.5',
    );
    assert.equal(sentence('step > 100 && step % 10 == 0', [step]), 'step 120 is above 100 and step % 10 (0) is 0');
    assert.equal(sentence('step == 120', [step]), 'this step was asked for');
  });
});
