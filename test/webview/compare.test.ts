/** Two recorded runs side by side in Chromium: what is on the screen is what the runs have, for every reader and width. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { maskCorner } from '../../src/shared/maskDraw.ts';
import { fixed, integer, percent } from '../../webview/shared/format.ts';
import { asked, InspectorPages, recorded, until } from './inspectorPage.ts';
import { decode } from './recordedRun.ts';
import { seriousFindings } from './seriousFindings.ts';
import type { ThemeName } from './themes.ts';

const otherText = await readFile(path.join(import.meta.dirname, '../fixtures/recordedRun/other.json'), 'utf8');
const other = decode(otherText);
const a = recorded.snapshot.run ?? assert.fail('the fixture holds no run');
const b = other.snapshot.run ?? assert.fail('the other fixture holds no run');
const site = b.description?.sites.find(({ kind }) => kind === 'weight') ?? assert.fail('no dropped weight');
const setOther = `stubHost.setOther(${JSON.stringify(otherText)});`;

const pages = await InspectorPages.start();
after(() => pages.stop());

async function openBoth(options: Parameters<InspectorPages['openDrawn']>[0] = {}) {
  const opened = await pages.openDrawn({ ...options, before: `${setOther}${options.before ?? ''}` });
  await opened.page.getByRole('button', { name: 'Compare with another run' }).click();
  await bothDrawn(opened.page);
  return opened;
}

async function bothDrawn(page: Page): Promise<void> {
  await page.locator('#compare-mask[aria-label*="in both runs at step"]').waitFor();
  await page.locator('#compare-distribution[aria-label*="B at step"]').waitFor();
}

const labelOf = async (page: Page, id: string) => (await page.locator(id).getAttribute('aria-label')) ?? '';
const perplexity = (ce: number | undefined) => fixed(Math.exp(ce ?? NaN), 2);

describe('two runs', () => {
  it('show what differs and what came out, with the numbers of the runs', async () => {
    const { page, complaints } = await openBoth();
    const differs = await page.getByRole('table', { name: 'What differs' }).innerText();
    for (const row of ['hidden_p\t0.15\t0.3', 'weight_p\t0.2\t0.5', 'steps trained\t160\t120'])
      assert.ok(differs.includes(row), `${row} in ${differs}`);
    const results = await page.getByRole('table', { name: 'Results' }).innerText();
    const last = `valid perplexity, last\t${perplexity(a.valid.ce.at(-1))}, step 160\t${perplexity(b.valid.ce.at(-1))}, step 120`;
    assert.ok(results.includes(last), `${last} in ${results}`);
    const said = await page.locator('.compare-say').innerText();
    const common = [...a.valid.step].lastIndexOf(b.valid.step.at(-1) ?? NaN);
    assert.ok(said.includes(perplexity(a.valid.ce[common])) && said.includes('One seed each (n = 1 and 1)'), said);
    const loss = await labelOf(page, '#compare-loss');
    for (const { train, summary } of [a, b])
      assert.ok(loss.includes(`${fixed(train.loss.at(-1) ?? NaN, 3)} at step ${summary.step}`), loss);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('show their masks of one step over each other, cell for cell those of the seed', async () => {
    const { page } = await openBoth();
    const [rows = 0, cols = 0] = site.shape;
    const drawn = [0.2, 0.5].map((p) => maskCorner({ name: site.name, cols, p, seed: 1, step: 120 }, rows, cols));
    const count = (kept: readonly [number, number]) =>
      integer(drawn[0]?.filter((cell, at) => cell === kept[0] && drawn[1]?.[at] === kept[1]).length ?? NaN);
    const words = await labelOf(page, '#compare-mask');
    assert.ok(words.includes(`Masks of ${site.name} in both runs at step 120`), words);
    assert.ok(
      words.includes(`kept in both ${count([1, 1])}, kept only in A ${count([1, 0])}, kept only in B 0`),
      words,
    );
    const dropped = count([0, 0]);
    assert.ok(words.includes(`dropped at 0.20 (A) is dropped at 0.50 (B) too: ${dropped} of ${dropped}`), words);
    // The first cells of the window, by their colours: kept, A's own, a hole.
    const [, from = '', col = ''] = /rows (\d+)–\d+, columns (\d+)–/.exec(words) ?? [];
    const inks = await page.evaluate<string[]>(
      'probes.pixels("#compare-mask", Array.from({ length: 80 }, (_, at) => [42 + 12 * (at % 8), 18 + 12 * Math.floor(at / 8)]))',
    );
    const wanted = Array.from({ length: 80 }, (_, at) => {
      const cell = (Number(from) + Math.floor(at / 8)) * cols + Number(col) + (at % 8);
      return drawn[1]?.[cell] === 1 ? '125,125,125,255' : drawn[0]?.[cell] === 1 ? '86,180,233,255' : '0,0,0,0';
    });
    assert.deepEqual(inks, wanted);
    await page.close();
  });

  it('show the distributions of the same recorded step, zeros and quantiles those of the runs', async () => {
    const { page } = await openBoth();
    const words = await labelOf(page, '#compare-distribution');
    const name = `${site.raw}`;
    for (const [run, { histograms }] of [
      ['A', recorded],
      ['B', other],
    ] as const) {
      const series = histograms.find((one) => one.name === name && one.of === 'weight') ?? assert.fail(name);
      const row = series.steps.findLastIndex((step) => step <= 120);
      assert.ok(words.includes(`${run} at step ${series.steps[row]}: median`), words);
    }
    await page.locator('#compare-distribution').focus();
    await page.keyboard.press('t');
    const bins = await page.locator('dialog tbody tr').count();
    const edges = recorded.histograms[0]?.edges.length ?? NaN;
    assert.equal(bins, 2 * (edges - 1 + 2));
    await page.close();
  });

  it('follow the step viewed and the choices made in the page', async () => {
    const { page } = await openBoth();
    await page.locator('#compare-loss').focus();
    await page.keyboard.press('Home');
    await page.locator('#compare-mask[aria-label*="in both runs at step 1:"]').waitFor();
    await page.getByRole('combobox', { name: 'Site compared' }).selectOption('0.encoder_dp');
    await page.locator('#compare-mask[aria-label*="Masks of 0.encoder_dp"][aria-label*="cell for cell"]').waitFor();
    await page.getByRole('button', { name: 'Of the gradient' }).click();
    await page.locator('#compare-distribution[aria-label*="A at step"][aria-label*="B at step"]').waitFor();
    await page.getByRole('button', { name: 'As perplexity' }).click();
    await page.locator('#compare-loss[aria-label*="training perplexity"]').waitFor();
    await page.close();
  });

  it('read single cells by pointer and keys', async () => {
    const { page } = await openBoth();
    await page.locator('#compare-mask').focus();
    await page.keyboard.press('ArrowRight');
    const say = page.locator('.compare-masks .small');
    await say.filter({ hasText: /^Row \d+, column \d+: (kept|dropped) in / }).waitFor();
    await page.keyboard.press('Escape');
    await say.filter({ hasText: /^Every cell dropped/ }).waitFor();
    await page.close();
  });
});

describe('opening and closing', () => {
  it('the host asks for a run, the page tells it which one is compared, and when no longer', async () => {
    const { page } = await pages.openDrawn({ before: setOther });
    await page.evaluate("stubHost.notify('compare', { run: 'other', begin: true })");
    await bothDrawn(page);
    await page.getByRole('button', { name: 'Close the comparison' }).click();
    await page.locator('#text').waitFor();
    const runs = (await asked(page, 'compared')).map(({ params }) => params?.['run']);
    assert.deepEqual(runs, ['other', '']);
    // What changes in that run is no reason to open it again.
    await page.evaluate("stubHost.notify('compare', { run: 'other', begin: false })");
    await page.waitForTimeout(100);
    assert.equal(await page.locator('#compare').isVisible(), false);
    await page.close();
  });

  it('outlives a page that is hidden: the same run, site and parameter come back', async () => {
    const { page } = await openBoth();
    await page.getByRole('combobox', { name: 'Site compared' }).selectOption('1.output_dp');
    await page.locator('#compare-mask[aria-label*="Masks of 1.output_dp"]').waitFor();
    await page.reload();
    await page.locator('#compare-mask[aria-label*="Masks of 1.output_dp in both runs at step 120"]').waitFor();
    await page.close();
  });

  it('changes places when the other run is chosen to be shown', async () => {
    const { page } = await openBoth();
    const swap = `stubHost.setSnapshot({ run: stubHost.other.snapshot.run })`;
    await page.evaluate(swap);
    await page.locator('.compared-name', { hasText: 'brown, more dropout' }).waitFor();
    await until(page, "stubHost.asked.filter(({ method }) => method === 'compared').at(-1).params.run === 'recorded'");
    await page.close();
  });

  it('with one run says so', async () => {
    const { page, complaints } = await pages.openDrawn();
    assert.equal(await page.getByRole('button', { name: 'Compare with another run' }).isDisabled(), true);
    await page.evaluate("stubHost.notify('compare', { run: 'gone', begin: true })");
    await page.locator('.compare-outcome', { hasText: 'There is only one run' }).waitFor();
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('a run that cannot be read is quoted', async () => {
    const { page } = await pages.openDrawn({ before: setOther });
    await page.evaluate("stubHost.failure = 'its folder is gone'");
    await page.getByRole('button', { name: 'Compare with another run' }).click();
    await page.locator('.compare-outcome', { hasText: 'The other run cannot be read: its folder is gone' }).waitFor();
    await page.close();
  });

  it('a live other run goes on growing', async () => {
    const { page } = await openBoth();
    await page.evaluate('stubHost.trainOther(8)');
    await page.locator('#compare-loss[aria-label*="at step 128"]').waitFor();
    await page.getByRole('table', { name: 'What differs' }).getByText('128').waitFor();
    await page.locator('#compare-mask[aria-label*="at step 128"]').waitFor();
    await page.close();
  });
});

describe('one seed each', () => {
  it('trains the other config with another seed on request', async () => {
    const { page } = await openBoth();
    await page.getByRole('button', { name: 'Train B’s config with seed 2' }).click();
    await until(page, "stubHost.asked.some(({ method }) => method === 'trainWith')");
    const [question] = await asked(page, 'trainWith');
    assert.deepEqual(question?.params, { run: 'other', changes: { seed: 2 } });
    await page.close();
  });
});

describe('taking it along', () => {
  it('pictures and numbers of each part, with both runs in the title', async () => {
    const { page } = await openBoth();
    const menu = page.getByRole('button', { name: 'Save or copy the comparison' });
    for (const part of ['curves', 'distribution', 'masks', 'what differs']) {
      await menu.click();
      await page.getByRole('menuitemradio', { name: part, exact: true }).click();
      await page.getByRole('menuitem', { name: 'Save numbers as CSV' }).click();
    }
    await menu.click();
    await page.getByRole('menuitemradio', { name: 'curves', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Save as SVG' }).click();
    await until(page, "stubHost.asked.filter(({ method }) => method === 'save').length === 5");
    const files = await page.evaluate<{ name: string; text: string }[]>(
      `stubHost.asked.filter(({ method }) => method === 'save')
        .map(({ params }) => ({ name: params.name, text: new TextDecoder().decode(params.data) }))`,
    );
    const [curves, , masks, differs, svg] = files.map(({ text }) => text);
    const line = `120,${fixed(a.train.loss[119] ?? NaN, 3)},${fixed(b.train.loss[119] ?? NaN, 3)},`;
    assert.ok(curves?.includes(`\n${line}`), line);
    assert.match(masks ?? '', /^fate,cells,share\nkept in both,/);
    assert.match(differs ?? '', /\nweight_p,0\.2,0\.5,\n/);
    assert.ok(svg?.includes(`A train ${fixed(a.train.loss.at(-1) ?? NaN, 2)}`) && !svg.includes('<image'), 'vectors');
    assert.match(files[0]?.name ?? '', /brown-words-A-and-brown-more-dropout-B/);
    await page.close();
  });
});

describe('for everyone', () => {
  for (const theme of ['dark', 'light', 'hc-dark', 'hc-light'] as ThemeName[])
    it(`${theme}: no serious finding, every canvas states its content and has its table`, async () => {
      const { page, complaints } = await openBoth({ theme });
      await page.evaluate(axe.source);
      assert.deepEqual(await seriousFindings(page), []);
      for (const id of ['#compare-loss', '#compare-norm', '#compare-distribution', '#compare-mask']) {
        assert.match(await labelOf(page, id), /\d/);
        await page.locator(id).focus();
        await page.keyboard.press('t');
        assert.ok((await page.locator('dialog tbody tr').count()) > 0, `a table of ${id}`);
        await page.keyboard.press('Escape');
      }
      assert.deepEqual(complaints, []);
      await page.close();
    });

  for (const width of [360, 480, 700, 1000, 1400, 2000])
    it(`${width} px: nothing runs over the side or is cut, and nothing moves when a live run goes on`, async () => {
      const { page } = await openBoth({ width });
      assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= width);
      assert.deepEqual(await page.evaluate('probes.cutTexts()'), []);
      const wide = await page.evaluate<string[]>(`[...document.querySelectorAll('#compare *')]
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 0.5)
        .map((one) => one.className || one.tagName)`);
      assert.deepEqual(wide, []);
      const places = `[...document.querySelectorAll('#compare canvas, #compare table')]
        .map((one) => { const { left, top } = one.getBoundingClientRect(); return [left, top].map(Math.round).join(); })`;
      const before = await page.evaluate(places);
      await page.evaluate('stubHost.trainOther(4)');
      await page.locator('#compare-mask[aria-label*="at step 124"]').waitFor();
      assert.deepEqual(await page.evaluate(places), before);
      await page.close();
    });
});

it('a wide font breaks lines rather than running over what is beside', async () => {
  for (const width of [360, 721, 900, 1121, 1400]) {
    const { page } = await openBoth({ width });
    await page.evaluate("document.documentElement.style.setProperty('--vscode-font-family', 'DejaVu Sans')");
    const over = await page.evaluate<string[]>(`[...document.querySelectorAll('.compare-grid > *, .compare-grid .line')]
      .filter((one) => one.scrollWidth > one.clientWidth)
      .map((one) => one.className + ' ' + one.scrollWidth + ' in ' + one.clientWidth)`);
    assert.deepEqual(over, [], `${width} px`);
    await page.close();
  }
});

it('shares are those of the counts', async () => {
  const { page } = await openBoth();
  await page.locator('#compare-mask').focus();
  await page.keyboard.press('t');
  const rows = await page.locator('dialog tbody tr').allInnerTexts();
  const cells = rows.map((row) => Number((row.split('\t')[1] ?? '').replaceAll(',', '')));
  const total = cells.reduce((sum, value) => sum + value, 0);
  assert.equal(total, site.draws);
  rows.forEach((row, at) => assert.ok(row.endsWith(percent((cells[at] ?? NaN) / total, 2)), row));
  await page.close();
});
