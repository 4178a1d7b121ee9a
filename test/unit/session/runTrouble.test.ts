// What follows from numbers that are not finite, and from breakpoints where nobody can be asked.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RunTrouble } from '../../../src/engine/session/runTrouble.ts';

describe('RunTrouble', () => {
  it('a spoilt run keeps no checkpoint, says so once, and may recover', () => {
    const trouble = new RunTrouble('r1');
    assert.equal(trouble.spoil('step 3: not finite'), true);
    assert.equal(trouble.spoil('step 4: not finite'), false);
    assert.equal(trouble.spoilt, true);
    assert.equal(trouble.failureOf('done'), 'step 3: not finite', 'the first of them is why');
    assert.equal(trouble.failureOf('stopped'), null);
    trouble.recover();
    assert.deepEqual([trouble.spoilt, trouble.failureOf('done')], [false, null]);
    assert.equal(trouble.spoil('step 9: not finite'), true, 'news again');
  });

  it('a broken run goes nowhere from where it stands', () => {
    const trouble = new RunTrouble('r1');
    trouble.refuseIfBroken();
    trouble.break('step 3: not finite');
    assert.equal(trouble.broken, true);
    assert.throws(() => trouble.refuseIfBroken(), /^Error: run r1 cannot go on: step 3: not finite$/);
  });

  it('a breakpoint that nobody can be asked about ends the run as failed, however its loop ended', () => {
    const trouble = new RunTrouble('r1');
    trouble.fail('step 7: asked for');
    assert.equal(trouble.failureOf('stopped'), 'step 7: asked for');
    assert.equal(trouble.failureOf('done'), 'step 7: asked for');
  });
});
