// The status bar item: step, loss, speed and time left in few characters; nothing when nothing runs.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { statusText } from '../../../src/features/status/statusText.ts';
import { english } from '../../../src/host/translate.ts';
import { describedRun, trainLine } from './sampleRun.ts';

describe('statusText', () => {
  it('shows what a training run does', () => {
    const run = describedRun({ step: 201, latest: trainLine(), tokensPerSecond: 136_500, secondsLeft: 130 });
    const status = statusText(run, english);
    assert.equal(status?.text, '$(sync~spin) genesis 201/400  loss 2.24  137k tok/s  2 min left');
    assert.equal(status?.spoken, 'Dropscope: genesis is running, step 201, loss 2.24, 137k tok/s, 2 min left');
  });

  it('leaves out what is not known yet', () => {
    assert.equal(statusText(describedRun({ step: 0 }), english)?.text, '$(sync~spin) genesis 0/400');
  });

  it('shows a pause, a loss that is not finite, a failure and an interruption apart', () => {
    const text = (change: Parameters<typeof describedRun>[0]) => statusText(describedRun(change), english)?.text;
    assert.equal(text({ status: 'paused', step: 200 }), '$(debug-pause) genesis 200/400');
    const hits = [{ id: 'a', when: 'step == 200', hits: 1 }];
    assert.equal(text({ status: 'paused', step: 200, hits }), '$(debug-pause) genesis 200/400  breakpoint');
    assert.equal(text({ status: 'paused', step: 312, tensor: '0.rnns.0' }), '$(error) genesis: loss not finite at 312');
    assert.equal(text({ status: 'failed', message: 'disk full (free some)' }), '$(error) genesis: disk full');
    assert.equal(text({ status: 'interrupted', step: 80 }), '$(debug-disconnect) genesis: interrupted at 80');
  });

  it('says what a run that was asked to pause or to stop waits for', () => {
    const at = (by: 'pause' | 'stop', after: 'step' | 'evaluation' | 'writing') =>
      statusText(describedRun({ step: 201, latest: trainLine(), halting: { by, after } }), english);
    assert.equal(at('pause', 'step')?.text, '$(sync~spin) genesis 201/400  pausing after this step…');
    assert.equal(at('pause', 'evaluation')?.text, '$(sync~spin) genesis 201/400  pausing after this evaluation…');
    assert.equal(at('stop', 'step')?.spoken, 'Dropscope: genesis is stopping after this step…, step 201');
    assert.equal(at('stop', 'writing')?.text, '$(sync~spin) genesis 201/400  stopping: writing a checkpoint…');
  });

  it('is hidden when nothing runs', () => {
    assert.equal(statusText(undefined, english), null);
    assert.equal(statusText(describedRun({ status: 'done' }), english), null);
    assert.equal(statusText(describedRun({ status: 'stopped' }), english), null);
  });
});
