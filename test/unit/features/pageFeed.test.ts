// What the page is told: coalesced, never while hidden, and always enough to be current.
import assert from 'node:assert/strict';
import { beforeEach, describe, it, mock } from 'node:test';
import { PageFeed } from '../../../src/features/inspector/pageFeed.ts';
import { TrainHistory } from '../../../src/host/trainHistory.ts';
import type { PageUpdate } from '../../../src/shared/pageContract.ts';
import { evalColumns, range, trainColumns } from '../host/columns.ts';
import { describedRun } from './sampleRun.ts';

let history: TrainHistory;
let visible: boolean;
let sent: [string, unknown][];
let held: number;
let feed: PageFeed;

const numbers = (from: number, to: number) => {
  history.append(trainColumns(range(from, to)), evalColumns([]));
  feed.changed({ run: 'r1', what: 'numbers' });
};
const stepsOf = (message: [string, unknown] | undefined) => [...(message?.[1] as PageUpdate).train.step];

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  history = new TrainHistory();
  visible = true;
  sent = [];
  held = 0;
  feed = new PageFeed({
    runs: { get: () => describedRun(), history: () => history },
    activity: { hold: () => (held++, { dispose: () => held-- }) },
    visible: () => visible,
    notify: (method, params) => sent.push([method, params]),
  });
  feed.restart('r1', 0, 0);
});

describe('PageFeed', () => {
  it('sends at most four updates a second, each with all rows since the last', () => {
    for (let step = 1; step <= 100; step++) {
      numbers(step, step);
      mock.timers.tick(10);
    }
    mock.timers.tick(250);
    assert.ok(sent.length <= 6, `${sent.length} messages in 1.25 s`);
    assert.deepEqual(
      sent.flatMap((message) => stepsOf(message)),
      range(1, 100),
    );
    assert.equal(held, 0);
  });

  it('queues nothing while hidden, and catches up in one message', () => {
    visible = false;
    for (let step = 1; step <= 50; step++) numbers(step, step);
    mock.timers.tick(5000);
    assert.deepEqual(sent, []);
    assert.equal(held, 0);
    visible = true;
    feed.resumed();
    mock.timers.tick(250);
    assert.equal(sent.length, 1);
    assert.deepEqual(stepsOf(sent[0]), range(1, 50));
  });

  it('asks for a new snapshot when the curves are other ones', () => {
    numbers(1, 10);
    feed.changed({ run: 'r1', what: 'rewound' });
    feed.changed({ run: 'r1', what: 'numbers' });
    mock.timers.tick(250);
    assert.deepEqual(sent, [['changed', { run: 'r1' }]]);
  });

  it('turns the page to a run that was begun while it was hidden, not back to the one it showed', () => {
    visible = false;
    feed.turnTo('r2');
    feed.changed({ run: 'r2', what: 'list' });
    mock.timers.tick(5000);
    assert.deepEqual(sent, []);
    visible = true;
    feed.resumed();
    mock.timers.tick(250);
    assert.deepEqual(sent, [['changed', { run: 'r2' }]]);
  });

  it('does not tell the page of the run that it shows already', () => {
    feed.turnTo('r1');
    mock.timers.tick(250);
    assert.deepEqual(sent, []);
  });

  it('does not speak of other runs, but of a longer list', () => {
    feed.changed({ run: 'r2', what: 'numbers' });
    mock.timers.tick(1000);
    assert.deepEqual(sent, []);
    feed.changed({ run: 'r2', what: 'list' });
    mock.timers.tick(1000);
    assert.deepEqual(sent, [['changed', { run: 'r1' }]]);
  });

  it('sends nothing twice after a snapshot', () => {
    numbers(1, 10);
    feed.restart('r1', 10, 0);
    mock.timers.tick(1000);
    assert.deepEqual(sent, []);
    numbers(11, 12);
    mock.timers.tick(1000);
    assert.deepEqual(stepsOf(sent[0]), [11, 12]);
  });

  it('tells of the run beside it as well, each run by itself', () => {
    feed.compare('r2', 0, 0);
    numbers(1, 4);
    feed.changed({ run: 'r2', what: 'numbers' });
    mock.timers.tick(250);
    assert.deepEqual(
      sent.map(([method, update]) => [method, stepsOf([method, update])]),
      [
        ['update', range(1, 4)],
        ['update', range(1, 4)],
      ],
    );
    feed.changed({ run: 'r2', what: 'rewound' });
    mock.timers.tick(250);
    assert.deepEqual(sent.at(-1), ['compare', { run: 'r2', begin: false }]);
  });

  it('speaks of the run beside it no longer once the comparison has ended', () => {
    feed.compare('r2', 0, 0);
    feed.compare('', 0, 0);
    feed.changed({ run: 'r2', what: 'numbers' });
    mock.timers.tick(1000);
    assert.deepEqual(sent, []);
  });

  it('stops with its panel', () => {
    numbers(1, 1);
    feed.dispose();
    mock.timers.tick(1000);
    assert.deepEqual(sent, []);
    assert.equal(held, 0);
  });
});
