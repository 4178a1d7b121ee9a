import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Progress, progressText } from '../../../src/cli/progress.ts';
import type { MetricsUpdate, TrainLine } from '../../../src/shared/engineContract.ts';
import { evalColumns, trainColumns } from '../../../src/engine/session/metricColumns.ts';

function update(step: number): MetricsUpdate {
  const latest = { step, loss: 4.5, ppl: 90.02 } as TrainLine;
  return {
    run: 'r',
    train: trainColumns([]),
    valid: evalColumns([]),
    latest,
    latestEval: null,
    tokensPerSecond: 12_345,
    secondsLeft: 65,
    introspectionShare: 0,
  };
}

function progressOn(isTTY: boolean) {
  let now = 0;
  let text = '';
  const progress = new Progress({ isTTY, write: (more: string) => (text += more) }, () => now);
  progress.status({ run: 'r', status: 'running', step: 0, plannedSteps: 100 });
  return { progress, wait: (ms: number) => (now += ms), text: () => text };
}

test('the state in words', () => {
  const state = { step: 5, plannedSteps: 10, loss: 1, perplexity: 2, tokensPerSecond: 999, secondsLeft: 3725 };
  assert.equal(progressText(state), 'step 5/10  loss 1.000  ppl 2.00  999 tok/s  1:02:05 left');
  assert.equal(progressText({ ...state, secondsLeft: NaN }), 'step 5/10  loss 1.000  ppl 2.00  999 tok/s');
});

test('without a terminal, lines without control characters, one every two seconds and the last', () => {
  const { progress, wait, text } = progressOn(false);
  for (let step = 1; step <= 41; step++, wait(100)) progress.metrics(update(step));
  progress.end();
  const lines = text().trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => /^step (\d+)\/100 {2}loss 4\.500 {2}ppl 90\.02 {2}12k tok\/s {2}1:05 left$/.exec(line)?.[1]),
    ['1', '21', '41'],
  );
});

test('on a terminal one bar is redrawn in place and left standing at the end', () => {
  const { progress, wait, text } = progressOn(true);
  progress.metrics(update(25));
  wait(200);
  progress.metrics(update(50));
  progress.end();
  assert.equal(text().split('\n').length, 2);
  const last = text().split('\r').at(-1)!;
  assert.ok(last.includes('████████████░░░░░░░░░░░░ step 50/100'), last);
});
