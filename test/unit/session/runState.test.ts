import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLive, nextStatus } from '../../../src/engine/session/runState.ts';

test('a run goes from starting over running and paused to its end', () => {
  assert.equal(nextStatus('r', 'starting', 'begin'), 'running');
  assert.equal(nextStatus('r', 'running', 'pause'), 'paused');
  assert.equal(nextStatus('r', 'paused', 'step'), 'paused');
  assert.equal(nextStatus('r', 'paused', 'resume'), 'running');
  assert.equal(nextStatus('r', 'running', 'finish'), 'done');
  assert.equal(nextStatus('r', 'paused', 'stop'), 'stopped');
});

test('what a run cannot do in its status is refused in a sentence', () => {
  assert.throws(() => nextStatus('brown', 'done', 'pause'), { message: 'run brown: it is done and cannot be paused' });
  assert.throws(() => nextStatus('brown', 'running', 'step'), /running and cannot be stepped/);
  assert.throws(() => nextStatus('brown', 'failed', 'resume'), /failed and cannot be resumed/);
});

test('only a run that has not ended holds the engine', () => {
  assert.deepEqual((['starting', 'running', 'paused', 'done', 'stopped', 'failed'] as const).filter(isLive), [
    'starting',
    'running',
    'paused',
  ]);
});
