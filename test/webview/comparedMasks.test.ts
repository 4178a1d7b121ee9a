/** Two runs' masks laid over each other: drawn again bit for bit, nested where the uniforms are the same. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { SiteDescription } from '../../src/shared/engineContract.ts';
import { fates, pairMasks, relationInWords, type MaskPair } from '../../webview/inspector/comparedMasks.ts';
import { cellAt, maskWindow } from '../../webview/inspector/comparedWindow.ts';
import { decode } from './recordedRun.ts';

const text = await readFile(path.join(import.meta.dirname, '../fixtures/recordedRun/run.json'), 'utf8');
const recorded = decode(text);
const description = recorded.snapshot.run?.description ?? assert.fail('the fixture holds no description');
const { seed } = description.config;
const first = description.sites[0] ?? assert.fail('the fixture has no site');

const source = (p: number, of = seed, shape = [16, 1, 24]) => {
  const site: SiteDescription = { ...first, name: '0.input_dp', shape, p };
  return { site, seed: of };
};

function paired(...given: Parameters<typeof pairMasks>): MaskPair {
  const pair = pairMasks(...given);
  return typeof pair === 'string' ? assert.fail(pair) : pair;
}

describe('pairMasks', () => {
  it('draws again the masks that the run recorded, at every site and kept step', () => {
    let compared = 0;
    for (const [step, { masks, weights }] of Object.entries(recorded.steps))
      for (const site of description.sites) {
        const own = { site, seed };
        const { cells } = paired(site.name, Number(step), own, own);
        const used = weights[site.name]?.panes.mask.detail.data ?? masks[site.name]?.tile.data;
        assert.equal(used?.length, cells.length, site.name);
        cells.forEach((fate, cell) => assert.equal(fate === fates.both, used[cell] !== 0, `${site.name} at ${step}`));
        compared += cells.length;
      }
    assert.ok(compared > 20_000);
  });

  it('drops at the larger p whatever the smaller drops, when the seed is the same', () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        p,
        p,
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 0, max: 1000 }),
        (one, other, step, s) => {
          const [small, large] = [source(Math.min(one, other), s), source(Math.max(one, other), s)];
          const { counts, cells, sameUniforms } = paired('0.input_dp', step, small, large);
          assert.equal(sameUniforms, true);
          assert.equal(counts.onlyB, 0);
          assert.equal(counts.neither + counts.onlyA + counts.both, cells.length);
          const mirrored = paired('0.input_dp', step, large, small).counts;
          assert.deepEqual({ ...counts, onlyA: counts.onlyB, onlyB: counts.onlyA }, mirrored);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('says why masks cannot be laid over each other', () => {
    assert.equal(pairMasks('0.hidden_dps.1', 1, source(0.2), { site: null, seed }), 'B has no site 0.hidden_dps.1.');
    const why = pairMasks('0.input_dp', 1, source(0.2), source(0.2, seed, [8, 1, 24]));
    assert.ok(typeof why === 'string');
    assert.match(why, /^The masks have other shapes, 16 × 1 × 24 in A and 8 × 1 × 24 in B/);
  });
});

describe('relationInWords', () => {
  const words = (a: ReturnType<typeof source>, b: ReturnType<typeof source>) =>
    relationInWords(paired('0.input_dp', 3, a, b), a, b);

  it('counts what is nested', () => {
    const { counts } = paired('0.input_dp', 3, source(0.2), source(0.5));
    assert.equal(
      words(source(0.2), source(0.5)),
      `Every cell dropped at 0.20 (A) is dropped at 0.50 (B) too: ${counts.neither} of ${counts.neither}, and ${counts.onlyA} more.`,
    );
    assert.match(words(source(0.5), source(0.2)), /^Every cell dropped at 0\.20 \(B\) is dropped at 0\.50 \(A\) too/);
    assert.match(words(source(0), source(0.5)), /^A drops nothing at 0\.00; B drops \d+ cells\.$/);
    assert.match(words(source(0.2), source(0.2)), /^The masks are the same, cell for cell/);
  });

  it('speaks of chance where the seeds differ', () => {
    assert.match(words(source(0.2), source(0.5, seed + 1)), /two independent draws: .* by chance alone 40\.0 %\.$/);
  });
});

describe('the picture', () => {
  it('shows whole cells inside the mask, wherever the panes stand', () => {
    const pair = paired('0.input_dp', 1, source(0.2, seed, [300, 40]), source(0.5, seed, [300, 40]));
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 2000 }), fc.integer({ min: 0, max: 400 }), (width, at) => {
        const seen = maskWindow(pair, width, { row: at, col: at });
        assert.ok(seen.rows >= 1 && seen.cols >= 1 && seen.row + seen.rows <= 300 && seen.col + seen.cols <= 40);
        assert.equal(cellAt(pair, seen, 0, 0), seen.row * 40 + seen.col);
      }),
    );
  });

  it('wraps a mask that is one line long', () => {
    const pair = paired('0.input_dp', 1, source(0.2, seed, [600, 1]), source(0.5, seed, [600, 1]));
    const seen = maskWindow(pair, 40 + 12 * 20, { row: 0, col: 0 });
    assert.deepEqual([seen.rows, seen.cols, cellAt(pair, seen, 1, 3)], [10, 20, 23]);
    const wide = maskWindow(pair, 2000, { row: 0, col: 0 });
    assert.equal(cellAt(pair, wide, wide.rows - 1, wide.cols - 1), -1, 'beyond the end');
  });
});
