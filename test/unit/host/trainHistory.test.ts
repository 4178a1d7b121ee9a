// The curves that the host keeps: the same however they arrived, rewound with the run, bounded, spikes kept.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TrainHistory } from '../../../src/host/trainHistory.ts';
import { MOST_ROWS } from '../../../src/shared/thinning.ts';
import { evalColumns, range, trainColumns } from './columns.ts';

const none = evalColumns([]);

describe('TrainHistory', () => {
  it('is the same whether rows came one by one or all at once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 12 }), (sizes) => {
        const pieces = new TrainHistory();
        let step = 0;
        for (const size of sizes) {
          pieces.append(trainColumns(range(step + 1, step + size)), evalColumns([step + size]));
          step += size;
        }
        const whole = new TrainHistory();
        const evals = sizes.map((_, index) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0));
        whole.append(trainColumns(range(1, step)), evalColumns(evals));
        assert.deepEqual(pieces.train(), whole.train());
        assert.deepEqual(pieces.valid(), whole.valid());
      }),
    );
  });

  it('gives the rows after a step, for a page that has the others', () => {
    const history = new TrainHistory();
    history.append(trainColumns(range(1, 10)), evalColumns([5, 10]));
    assert.deepEqual([...history.train(7).step], [8, 9, 10]);
    assert.deepEqual([...(history.train(7).paramGrad['w'] ?? [])], [1, 1.125, 1.25]);
    assert.deepEqual([...history.valid(5).step], [10]);
    assert.equal(history.train(10).step.length, 0);
  });

  it('fills what a parameter had before it was first seen with NaN', () => {
    const history = new TrainHistory();
    history.append(trainColumns([1, 2], undefined, ['w']), none);
    history.append(trainColumns([3], undefined, ['v']), none);
    const { paramGrad } = history.train();
    assert.deepEqual([...(paramGrad['v'] ?? [])], [NaN, NaN, 3 / 8]);
    assert.deepEqual([...(paramGrad['w'] ?? [])], [1 / 8, 2 / 8, NaN]);
  });

  it('forgets what a run that went back to its checkpoint will do again', () => {
    const history = new TrainHistory();
    assert.equal(history.append(trainColumns(range(1, 150)), evalColumns([50, 100, 150])), false);
    assert.equal(history.append(trainColumns(range(101, 105)), none), true);
    assert.equal(history.lastStep, 105);
    assert.equal(history.rows, 105);
    assert.deepEqual([...history.valid().step], [50, 100]);
  });

  it('stays bounded, keeps its ends and its order, and loses no spike', () => {
    const history = new TrainHistory();
    const spike = 1001;
    for (let step = 1; step <= 3 * MOST_ROWS; step += 512) {
      const norm = (at: number) => (at === spike ? 99 : 1);
      history.append(trainColumns(range(step, step + 511), norm), none);
      assert.ok(history.rows <= MOST_ROWS + 512);
    }
    const { step, gradNorm } = history.train();
    assert.equal(step[0], 1);
    assert.equal(step.at(-1), 3 * MOST_ROWS);
    assert.ok(step.every((value, row) => row === 0 || value > (step[row - 1] ?? Infinity)));
    assert.equal(step[gradNorm.indexOf(99)], spike);
  });

  it('hands out arrays that own their bytes', () => {
    const history = new TrainHistory();
    history.append(trainColumns(range(1, 10)), none);
    const { loss } = history.train(4);
    assert.equal(loss.byteLength, loss.buffer.byteLength);
  });
});
