// What a run is asked while it trains: how it is told of until it has done it.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { StatusUpdate } from '../../../src/shared/engineContract.ts';
import { Steering } from '../../../src/engine/session/steering.ts';

type Told = Pick<StatusUpdate, 'status' | 'halting' | 'message'>;

let told: Told[];
let steering: Steering;

beforeEach(() => {
  told = [];
  steering = new Steering('r1', (reason) => told.push({ ...steering.told, ...reason }));
  steering.begin();
});

describe('Steering', () => {
  it('runs on until the evaluation is over and the step is written, and says so; then it stands', async () => {
    const listening = steering.listen('evaluation');
    const pause = steering.pause();
    assert.equal(await listening, 'go', 'a pause cuts no evaluation short');
    assert.equal(steering.takeTurn(), false);
    steering.arriving();
    steering.arrived();
    assert.deepEqual(steering.told, { status: 'paused' });
    const standing = steering.stand();
    await pause;
    assert.equal(steering.standing, true);
    steering.resume();
    await standing;
    assert.equal(steering.takeTurn(), true);
    assert.deepEqual(told, [
      { status: 'running' },
      { status: 'running', halting: { by: 'pause', after: 'evaluation' } },
      { status: 'running', halting: { by: 'pause', after: 'writing' } },
      { status: 'running' },
    ]);
  });

  it('may be asked to pause twice, and to stop on its way there', async () => {
    const pauses = [steering.pause(), steering.pause()];
    assert.deepEqual(told.slice(1), [{ status: 'running', halting: { by: 'pause', after: 'writing' } }]);
    steering.stop();
    assert.deepEqual(told.at(-1), { status: 'running', halting: { by: 'stop', after: 'writing' } });
    assert.equal(await steering.listen('writing'), 'stop');
    steering.arrived();
    assert.equal(steering.told.halting?.by, 'stop', 'it never stands');
    const status = steering.ending('stop');
    steering.ended(status, { message: 'why' });
    await Promise.all(pauses);
    assert.deepEqual(told.at(-1), { status: 'stopped', message: 'why' });
    assert.equal(steering.live, false);
  });

  it('goes on when that is asked before it stands', async () => {
    const pause = steering.pause();
    steering.resume();
    await pause;
    assert.deepEqual(steering.told, { status: 'running' });
    await steering.stand();
    assert.equal(steering.takeTurn(), true);
  });

  it('is told of as paused while it stands, does single steps, and is stopped from there', async () => {
    steering.hold();
    const standing = steering.stand();
    const step = steering.step();
    await standing;
    assert.deepEqual([steering.takeTurn(), steering.takeTurn()], [true, false]);
    const again = steering.stand();
    await step;
    steering.stop();
    await again;
    assert.deepEqual(told.slice(1), [], 'nobody is told that it runs');
    assert.deepEqual(steering.told, { status: 'paused' });
  });

  it('forgets steps it was granted when it pauses of itself', () => {
    steering.hold();
    void steering.step();
    void steering.step();
    steering.hold();
    assert.equal(steering.takeTurn(), false);
  });

  it('refuses in a sentence what cannot be done now', async () => {
    assert.throws(() => steering.resume(), /run r1: it is running and cannot be resumed/);
    steering.hold();
    await assert.rejects(steering.pause(), /run r1: it is paused and cannot be paused/);
  });
});
