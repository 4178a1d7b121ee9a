/** The inspector in Chromium, on a recorded real run: what it shows is what the run has. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { fixed, integer, percent, significant, weight } from '../../webview/shared/format.ts';
import { InspectorPages, recorded } from './inspectorPage.ts';
import { nearestStep } from './recordedRun.ts';

const shown = recorded.snapshot.run ?? assert.fail('the fixture holds no run');
const { train, valid, description, summary } = shown;
const sites = description?.sites ?? [];
const firstWeight = sites.find(({ kind }) => kind === 'weight') ?? assert.fail('the fixture has no dropped weight');
const newest = nearestStep(recorded);
const view = newest.weights[firstWeight.name] ?? assert.fail('the fixture lacks its first weight');
const CELL = 12;
const AXIS = 16;
const GUTTER = 40;

const pages = await InspectorPages.start();
after(() => pages.stop());

/** The rows and columns in view, as the page states them. */
async function windowShown(page: Page) {
  const label = (await page.locator('#pane-mask').getAttribute('aria-label')) ?? '';
  const [, row = 0, lastRow = 0, col = 0, lastCol = 0] = (
    /rows (\d+) to (\d+), columns (\d+) to (\d+)/.exec(label) ?? []
  ).map(Number);
  return { row, rows: lastRow - row + 1, col, cols: lastCol - col + 1 };
}

describe('the opening view', () => {
  it('holds loss, gradient norms and a mask as labelled pictures, with the numbers of the run', async () => {
    const { page, complaints } = await pages.openDrawn();
    const last = train.step.length - 1;
    const loss = await labelOf(page, 'canvas#loss[role=img]');
    assert.ok(loss.includes(`to ${fixed(train.loss[last] ?? NaN, 3)} over steps 1 to ${summary.step}`), loss);
    assert.ok(loss.includes(`Validation loss ${fixed(valid.ce.at(-1) ?? NaN, 3)} at step ${valid.step.at(-1)}`), loss);
    const norms = await labelOf(page, 'canvas#gradient-norm[role=img]');
    assert.ok(norms.includes(`${significant(train.gradNorm[last] ?? NaN)} at step ${summary.step}`), norms);
    const mask = await labelOf(page, 'canvas#pane-mask[role=img]');
    assert.ok(mask.includes(`mask of ${firstWeight.name} at step ${summary.step}`), mask);
    assert.ok(mask.includes(percent(view.facts.dropped / view.facts.cells)), mask);

    const header = await page.locator('header').innerText();
    assert.match(header, new RegExp(`Done at step ${summary.step}`));
    for (const number of [fixed(train.loss[last] ?? NaN, 3), fixed(Math.exp(valid.ce.at(-1) ?? NaN), 2), 'clean eval'])
      assert.ok(header.includes(number), `${number} in ${header}`);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('states the two facts of the weight, and only what was checked', async () => {
    const { page } = await pages.openDrawn();
    const { cells, dropped } = view.facts;
    const facts = await page.locator('.facts-line').innerText();
    assert.ok(
      facts.includes(`derived = raw × mask in ${integer(cells)} of ${integer(cells)} cells, bit for bit`),
      facts,
    );
    assert.ok(
      facts.includes(`gradient is 0 in ${integer(dropped)} cells, exactly the ${integer(dropped)} dropped`),
      facts,
    );
    const verdicts = await page.locator('#verdicts').innerText();
    assert.equal(newest.verdicts.verdicts.length, 6);
    for (const { sentence } of newest.verdicts.verdicts) assert.ok(verdicts.includes(sentence), sentence);
    assert.match(verdicts, new RegExp(`6 of 6 hold at step ${summary.step}`));
    await page.close();
  });

  it('lists every site with the share kept at the step', async () => {
    const { page } = await pages.openDrawn();
    for (const { name } of sites) {
      const kept = train.kept[name]?.at(-1) ?? NaN;
      const row = await page.locator(`.site[data-site="${name}"]`).innerText();
      assert.ok(row.includes(percent(kept)), `${name}: ${percent(kept)} in ${row}`);
    }
    await page.close();
  });
});

describe('masks', () => {
  it('draws each cell of the weight mask as the run drew it', async () => {
    const { page } = await pages.openDrawn();
    await page.mouse.move(5, 5);
    const { row, rows, col, cols } = await windowShown(page);
    const tile = view.panes.mask.detail;
    const points: [number, number][] = [];
    const expected: boolean[] = [];
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++) {
        points.push([c * CELL + 2, AXIS + r * CELL + 2]);
        expected.push(tile.data[(row + r) * tile.window.cols + col + c] !== 0);
      }
    const colours = await pixelsOf(page, '#pane-mask', points);
    // The two boxes and the gate boundary cover a few corners; every other cell must be as drawn.
    const wrong = colours.filter((colour, index) => (colour === '125,125,125,255') !== expected[index]).length;
    assert.ok(points.length > 300 && wrong <= 4 + cols, `${wrong} of ${points.length} cells differ`);
    assert.ok(expected.includes(false) && expected.includes(true));
    await page.close();
  });

  it('shows an RNNDropout mask batch x feature, the same at all time steps', async () => {
    const { page } = await pages.openDrawn();
    await page.locator('.site[data-site="0.input_dp"]').click();
    await page.locator('canvas#mask[aria-label*="step"]').waitFor();
    const mask = newest.masks['0.input_dp'] ?? assert.fail('no input_dp in the fixture');
    const { rows, cols } = mask.tile.window;
    const box = (await page.locator('#mask').boundingBox()) ?? assert.fail('the mask is not on the page');
    const cell = (box.width - GUTTER) / cols;
    const points = Array.from({ length: rows * cols }, (_, index): [number, number] => [
      GUTTER + ((index % cols) + 0.3) * cell,
      2 * AXIS + (Math.floor(index / cols) + 0.3) * cell,
    ]);
    const colours = await pixelsOf(page, '#mask', points);
    const kept = colours.map((colour) => colour === '125,125,125,255');
    assert.deepEqual(
      kept,
      Array.from(mask.tile.data, (value) => value !== 0),
    );
    const words = await page.locator('.mask-panel').innerText();
    const time = mask.site.constantAlong.find(({ axis }) => axis === 'time')?.size;
    assert.ok(
      words.includes(`Constant along time (${time})`) && words.includes(`cells at all ${time} time steps`),
      words,
    );
    await page.close();
  });

  it('names the words that embedding dropout dropped, and strikes them in the text', async () => {
    const { page } = await pages.openDrawn();
    await page.locator('.site[data-site="0.encoder_dp"]').click();
    const dropped = newest.masks['0.encoder_dp']?.droppedWords ?? [];
    await page.locator('.words li').first().waitFor();
    const listed = await page.locator('.words s').allTextContents();
    assert.deepEqual(
      listed,
      dropped.slice(0, 60).map(({ word }) => word),
    );
    const struck = new Set(await page.locator('#text s').allTextContents());
    const inBatch = new Set(dropped.filter((entry) => entry.inBatch > 0).map(({ word }) => word));
    assert.ok(struck.size > 0 && [...struck].every((word) => inBatch.has(word)), [...struck].join());
    await page.close();
  });
});

describe('a weight', () => {
  it('tells the four numbers of the cell under the pointer and of a pinned one', async () => {
    const { page } = await pages.openDrawn();
    const window = await windowShown(page);
    const at = { row: window.row + 5, col: window.col + 3 };
    await page.locator('#pane-derived').hover({ position: { x: 3 * CELL + 5, y: AXIS + 5 * CELL + 5 } });
    const index = at.row * view.shape[1] + at.col;
    const raw = view.panes.raw.detail.data[index] ?? NaN;
    const derived = view.panes.derived.detail.data[index] ?? NaN;
    const gradient = view.panes.gradient.detail.data[index] ?? NaN;
    await page.locator('#say', { hasText: `Row ${at.row} ` }).waitFor();
    const say = await page.locator('#say').innerText();
    for (const part of [weight(raw), weight(derived), significant(gradient), `column ${at.col}`])
      assert.ok(say.includes(part), `${part} in ${say}`);
    await page.close();
  });

  it('is steered by keys: arrows, zoom, all, gates and the table of numbers', async () => {
    const { page, complaints } = await pages.openDrawn();
    await page.locator('#pane-raw').focus();
    await page.keyboard.press('ArrowDown');
    const spoken = page.locator('.readout .unseen');
    await page.locator('.readout .unseen:not(:empty)').waitFor({ state: 'attached' });
    const before = /Row (\d+)/.exec((await spoken.textContent()) ?? '')?.[1];
    await page.keyboard.press('ArrowDown');
    await page.locator('#say', { hasText: `Row ${Number(before) + 1} ` }).waitFor();
    await page.locator('.readout .unseen', { hasText: `Row ${Number(before) + 1} ` }).waitFor({ state: 'attached' });
    await page.keyboard.press('0');
    await page.locator('#pane-raw[aria-label*="rows 0 to"]').waitFor();
    const whole = await windowShown(page);
    assert.deepEqual([whole.rows, whole.cols], [...view.shape]);
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await page.locator(`#pane-raw:not([aria-label*="rows 0 to ${whole.rows - 1},"])`).waitFor();
    await page.keyboard.press('t');
    const head = await page.locator('dialog h2').innerText();
    assert.ok(head.startsWith(`raw of ${firstWeight.name} at step ${summary.step}`), head);
    await page.getByRole('button', { name: 'Save numbers as CSV' }).click();
    const saved = await page.evaluate<number>("stubHost.asked.filter(({ method }) => method === 'save').length");
    assert.equal(saved, 1);
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    assert.deepEqual(complaints, []);
    await page.close();
  });
});

describe('the timeline', () => {
  it('moves the viewed step by keys, and follows again with Latest', async () => {
    const { page } = await pages.openDrawn();
    await page.locator('#loss').focus();
    await page.keyboard.press('Shift+ArrowLeft');
    const step = summary.step - 10;
    await page.locator('#time h2', { hasText: `Step ${step}` }).waitFor();
    const line = await page.locator('#time .line').innerText();
    assert.ok(line.includes('10 before the latest') && line.includes(fixed(train.loss[step - 1] ?? NaN, 3)), line);
    const kept = percent(train.kept[firstWeight.name]?.[step - 1] ?? NaN);
    assert.ok((await page.locator(`.site[data-site="${firstWeight.name}"]`).innerText()).includes(kept));
    // Everything follows to that step, and says so.
    for (const section of ['#weight .line', '#text .line', '#verdicts .line', '#gates .line', '#gradients .line'])
      await page
        .locator(section, { hasText: new RegExp(`step ${step}(?!\\d)`) })
        .first()
        .waitFor();
    await page.getByRole('button', { name: 'Latest' }).click();
    await page.locator('#time h2', { hasText: `Step ${summary.step}` }).waitFor();
    await page.close();
  });
});

async function labelOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).getAttribute('aria-label')) ?? '';
}

async function pixelsOf(page: Page, selector: string, points: readonly [number, number][]): Promise<string[]> {
  return await page.evaluate<string[]>(`probes.pixels(${JSON.stringify(selector)}, ${JSON.stringify(points)})`);
}
