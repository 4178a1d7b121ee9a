/** What is said of two runs laid beside each other: results, who came out lower, and how far that can be trusted. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { RunSummary } from '../../src/shared/pageContract.ts';
import {
  cautionInWords,
  differingFacts,
  evaluationsOf,
  outcomeInWords,
  repeatsOf,
  resultRows,
  seedToTrain,
  sharedFacts,
  type ComparedRun,
} from '../../webview/inspector/comparedRuns.ts';
import { barsOf } from '../../webview/inspector/densityBars.ts';
import { apart } from '../../webview/inspector/endLabels.ts';
import { History } from '../../webview/inspector/history.ts';
import { nameAmong } from '../../webview/inspector/runNames.ts';
import { decode } from './recordedRun.ts';

async function recorded(name: string): Promise<ComparedRun> {
  const file = path.join(import.meta.dirname, '../fixtures/recordedRun', `${name}.json`);
  const run = decode(await readFile(file, 'utf8')).snapshot.run ?? assert.fail(`${name} holds no run`);
  const history = new History();
  history.appendTrain(run.train);
  history.appendValid(run.valid);
  return { summary: run.summary, description: run.description, history };
}

const a = await recorded('run');
const b = await recorded('other');

function evaluated(points: readonly (readonly [step: number, perplexity: number])[]): History {
  const history = new History();
  history.appendValid({
    step: Float64Array.from(points, ([step]) => step),
    ce: Float32Array.from(points, ([, perplexity]) => Math.log(perplexity)),
    cleanEval: new Uint8Array(points.length).fill(1),
  });
  return history;
}

const withHistory = (run: ComparedRun, history: History): ComparedRun => ({ ...run, history });
const summary = (change: Partial<RunSummary>): RunSummary => ({ ...a.summary, ...change });

describe('what differs', () => {
  it('is every key whose value is another one, then sizes, data and steps; the rest is said to be the same', () => {
    assert.deepEqual(
      differingFacts(a, b).map((row) => [row.name, row.a, row.b]),
      [
        ['hidden_p', '0.15', '0.3'],
        ['weight_p', '0.2', '0.5'],
        ['steps trained', '160', '120'],
      ],
    );
    assert.match(
      sharedFacts(a, b),
      /^seed 1, text \(SHA-256\) [\da-f]{8}, training tokens 23,733, vocabulary 600, weights [\d,]+, backend wasm$/,
    );
    assert.deepEqual(differingFacts(a, a), []);
  });

  it('is nothing that is only not known yet of a run that starts', () => {
    const starting = { ...withHistory(a, new History()), description: null };
    assert.deepEqual(
      differingFacts(starting, b).map(({ name }) => name),
      ['steps trained'],
    );
  });

  it('tells how far a run came of what was planned', () => {
    const stopped = { ...b, summary: { ...b.summary, plannedSteps: 300 } };
    assert.deepEqual(differingFacts(a, stopped).at(-1)?.b, '120 of 300');
  });
});

describe('names', () => {
  it('are followed by the folder where several runs have one, without the name again', () => {
    const [one, other] = [summary({ id: '20261122-0909-x', name: 'x' }), summary({ id: '20261122-0918-x', name: 'x' })];
    assert.equal(nameAmong(one, [one, other]), 'x (20261122-0909)');
    assert.equal(nameAmong(other, [one, other, summary({ id: 'y', name: 'y' })]), 'x (20261122-0918)');
    assert.equal(nameAmong(one, [one]), 'x');
    assert.equal(nameAmong(summary({ id: 'first', name: 'x' }), [one]), 'x (first)');
  });
});

describe('results', () => {
  it('are the last and best evaluations of the runs, and the last step that both evaluated', () => {
    const rows = resultRows(a.history, b.history);
    const last = evaluationsOf(a.history).at(-1);
    assert.equal(rows[0]?.a, `${last?.perplexity.toFixed(2)}, step 160`);
    assert.equal(rows[0].b, `${evaluationsOf(b.history).at(-1)?.perplexity.toFixed(2)}, step 120`);
    assert.deepEqual([rows[1]?.a.split(', ')[1], rows[1]?.b.split(', ')[1]], ['step 120', 'step 120']);
    const best = Math.min(...evaluationsOf(b.history).map(({ perplexity }) => perplexity));
    assert.ok(rows[2]?.b.startsWith(`${best.toFixed(2)}, step `), rows[2]?.b);
  });

  it('of a run with itself differ by nothing, and need no common step', () => {
    const rows = resultRows(a.history, a.history);
    assert.deepEqual(
      rows.map(({ difference }) => difference),
      ['0', '0', '0', '0'],
    );
    assert.equal(outcomeInWords(a, a).startsWith('Both have valid perplexity'), true);
  });

  it('of a run that was never evaluated are said to be missing', () => {
    const [row] = resultRows(a.history, new History());
    assert.deepEqual([row?.b, row?.difference], ['not evaluated', '']);
    assert.equal(outcomeInWords(a, withHistory(b, new History())), 'Not evaluated yet in both.');
    assert.equal(outcomeInWords(withHistory(a, evaluated([[7, 9]])), b), 'No step was evaluated in both.');
  });

  it('leave out evaluations that are not finite', () => {
    const rows = resultRows(
      evaluated([
        [20, 90],
        [40, NaN],
      ]),
      evaluated([
        [20, 80],
        [40, 70],
      ]),
    );
    assert.deepEqual([rows[0]?.a, rows[1]?.a, rows[1]?.b], ['90.00, step 20', '90.00, step 20', '80.00, step 20']);
  });

  it('name the lower one whichever side it is on', () => {
    const [low, high] = [evaluated([[20, 80]]), evaluated([[20, 100]])];
    const words = outcomeInWords(withHistory(a, low), withHistory(b, high));
    assert.equal(words, 'A is lower: valid perplexity 80.00 against 100.00 at step 20, 20.0 % less.');
    assert.equal(outcomeInWords(withHistory(a, high), withHistory(b, low)), words.replace('A', 'B'));
  });
});

describe('caution', () => {
  const runs = (...all: readonly (readonly [recipe: string, seed: number, perplexity: number])[]) =>
    all.map(([recipe, seed, validPerplexity]) => summary({ recipe, seed, validPerplexity }));
  const of = (recipe: string, seed: number, validPerplexity: number): ComparedRun => ({
    ...a,
    summary: summary({ recipe, seed, validPerplexity }),
  });

  it('says n where there is one seed of each config', () => {
    assert.match(cautionInWords(a, b, [a.summary, b.summary]), /^One seed each \(n = 1 and 1\).*may be chance/);
  });

  it('gives the ranges where there are more, and whether they overlap', () => {
    const all = runs(['x', 1, 90], ['x', 2, 100], ['x', 3, 95], ['y', 1, 80], ['y', 2, 89]);
    const words = cautionInWords(of('x', 1, 90), of('y', 1, 80), all);
    assert.equal(
      words,
      'n = 3 and 2 seeds: A’s config reached 90.00 to 100.00 with 3 seeds, B’s reached 80.00 to 89.00 with 2 seeds; the ranges lie apart.',
    );
    const closer = [...all, ...runs(['y', 3, 91])];
    assert.match(cautionInWords(of('x', 1, 90), of('y', 1, 80), closer), /the ranges overlap, so .* may be chance\.$/);
  });

  it('counts a seed once, however often it was trained', () => {
    const all = runs(['x', 1, 90], ['x', 1, 90], ['x', 2, 100]);
    assert.deepEqual(repeatsOf(summary({ recipe: 'x', seed: 1, validPerplexity: 90 }), all), [90, 100]);
  });

  it('knows repeats: only the seed differs, or nothing', () => {
    const [one, two] = [of('x', 1, 90), of('x', 2, 100)];
    assert.match(cautionInWords(one, two, [one.summary, two.summary]), /^Only the seed differs.*90\.00 to 100\.00/);
    assert.match(cautionInWords(one, one, [one.summary]), /^Same config and seed/);
  });

  it('offers the seed that one config lacks of the other, else a new one', () => {
    const [one, two] = [of('x', 1, 90).summary, of('y', 2, 80).summary];
    assert.equal(seedToTrain(one, two, [one, two]), 2);
    assert.equal(seedToTrain(two, one, [one, two]), 1);
    const both = [...runs(['x', 2, 91], ['y', 1, 82]), one, two];
    assert.equal(seedToTrain(one, two, both), 3);
  });

  it('refuses to compare perplexities of other texts', () => {
    const { description } = b;
    assert.ok(description);
    // Texts with the same counts are other texts all the same.
    for (const change of [{ trainTokens: 1 }, { corpusHash: '5e55' }]) {
      const other = { ...b, description: { ...description, ...change } };
      assert.match(cautionInWords(a, other, []), /^Another text, split or vocabulary/);
    }
    const facts = differingFacts(a, { ...b, description: { ...description, corpusHash: '5e55' } });
    assert.deepEqual(
      facts.find(({ name }) => name === 'text (SHA-256)'),
      { name: 'text (SHA-256)', a: a.description?.corpusHash.slice(0, 8), b: '5e55', difference: '' },
    );
  });
});

describe('names at the ends of lines', () => {
  it('never touch, stay in order and inside, and move only where they would touch', () => {
    const heights = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(heights, (unsorted) => {
        const wanted = unsorted.toSorted((x, y) => x - y);
        const placed = apart(wanted, 0, 200);
        placed.forEach((height, index) => {
          assert.ok(height >= -1e-9 && height <= 200 + 1e-9);
          if (index > 0) assert.ok(height - (placed[index - 1] ?? 0) >= 14 - 1e-9, placed.join());
        });
        const free = wanted.every((height, index) => index === 0 || height - (wanted[index - 1] ?? 0) >= 14);
        if (free) assert.deepEqual(placed, wanted);
      }),
    );
  });

  it('share what they have to give way', () => {
    assert.deepEqual(apart([100, 104], 0, 200), [95, 109]);
    assert.deepEqual(apart([100, 100, 100], 0, 200), [86, 100, 114]);
  });
});

describe('bars of a distribution', () => {
  const steps = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 40 });
  it('hold every bin once, keep zero as an edge, and are no slivers', () => {
    fc.assert(
      fc.property(steps, (sizes) => {
        const half = sizes.map((_, index) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0));
        const edges = Float64Array.from([...half.map((edge) => -edge).reverse(), 0, ...half]);
        const bars = barsOf(edges, (value) => value / 3);
        bars.forEach(({ from, to, width }, index) => {
          assert.equal(from, index === 0 ? 0 : bars[index - 1]?.to);
          assert.ok(Math.abs(width - ((edges[to] ?? NaN) - (edges[from] ?? NaN)) / 3) < 1e-9);
          assert.ok(width >= 6 || (half.at(-1) ?? 0) < 18, `${width} px`);
        });
        assert.equal(bars.at(-1)?.to, edges.length - 1);
        assert.ok(bars.some(({ to }) => edges[to] === 0));
      }),
    );
  });
});
