// The Breakpoints view as data, and what scripts may hand to its commands.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readHit, readNewBreakpoint } from '../../../src/features/breakpoints/breakpointArgument.ts';
import { breakpointTree } from '../../../src/features/breakpoints/breakpointTree.ts';
import type { LastHit } from '../../../src/host/breakpointList.ts';
import { english } from '../../../src/host/translate.ts';
import { defaultBreakpoints, type Breakpoint } from '../../../src/shared/breakpoint.ts';
import { describedRun } from './sampleRun.ts';

const own: Breakpoint = { id: 'own-6', when: 'loss > 6', enabled: true, fromHit: 3 };
const never = () => undefined;

describe('breakpointTree', () => {
  it('names what everyone starts with, and has a box for each', () => {
    const nodes = breakpointTree([...defaultBreakpoints, own], never, undefined, english);
    assert.deepEqual(
      nodes.map(({ label, description, checked, context }) => [label, description, checked, context]),
      [
        ['Numbers are not finite', 'non_finite > 0', true, 'breakpoint.enabled'],
        ['Gradient norm jumps', 'grad_norm > 10 * median(grad_norm)', false, 'breakpoint.disabled'],
        ['Loss jumps', 'loss > 3 * median(loss)', false, 'breakpoint.disabled'],
        ['A weight moves too far in a step', 'update_ratio > 0.03 && step > 100', false, 'breakpoint.disabled'],
        ['A raw weight fills with zeros', 'raw_zeros > previous(raw_zeros) + 0.001', false, 'breakpoint.disabled'],
        ['loss > 6', 'from hit 3', true, 'breakpoint.enabled'],
      ],
    );
  });

  it('shows where the run stands, why, and how often that was', () => {
    const hit: LastHit = { id: own.id, when: own.when, hits: 4, step: 212 };
    const message = 'step 212: loss 6.31 is above 6';
    const run = describedRun({ status: 'paused', step: 212, message, hits: [hit] });
    const [other, here] = breakpointTree(
      [defaultBreakpoints[0]!, own],
      (id) => (id === own.id ? hit : undefined),
      run,
      english,
    );
    assert.equal(here?.icon, 'debug-stackframe');
    assert.equal(here.description, 'from hit 3 · hit 4×, last at step 212');
    assert.equal(here.spoken, 'loss > 6, from hit 3, hit 4×, last at step 212, the run stands here');
    assert.match(here.tooltip, /\*\*step 212: loss 6\.31 is above 6\*\*/);
    assert.equal(other?.icon, 'debug-breakpoint-conditional');
    const [, gone] = breakpointTree(
      [defaultBreakpoints[0]!, own],
      () => hit,
      { ...run, status: 'running', hits: [] },
      english,
    );
    assert.equal(gone?.icon, 'debug-breakpoint-conditional');
  });
});

describe('the argument of dropscope.addBreakpoint', () => {
  it('is a condition, enabled unless it says otherwise', () => {
    assert.deepEqual(readNewBreakpoint({ when: 'loss > 6' }), { when: 'loss > 6', enabled: true });
    const all = { when: 'loss > 6', enabled: false, fromHit: 2 };
    assert.deepEqual(readNewBreakpoint(all), all);
  });

  it('is refused in a sentence', () => {
    for (const [argument, sentence] of [
      ['loss > 6', 'breakpoint: expected {when, enabled, fromHit}, found "loss > 6"'],
      [{}, 'breakpoint: when is undefined, expected a condition such as "loss > 6"'],
      [{ when: 'loss > 6', on: true }, 'breakpoint: unknown key "on" (when, enabled, fromHit are known)'],
      [{ when: 'loss > 6', enabled: 1 }, 'breakpoint: enabled is 1, expected true or false'],
      [{ when: 'loss > 6', fromHit: 0 }, 'breakpoint: fromHit is 0, expected a whole number from 1'],
    ] as const)
      assert.throws(() => readNewBreakpoint(argument), { message: sentence });
  });

  it('counts hits in whole numbers, also typed ones', () => {
    assert.equal(readHit(' 12 '), 12);
    for (const bad of ['', '1.5', '-1', '1e3', null, 2.5]) assert.throws(() => readHit(bad), /whole number from 1/);
  });
});
