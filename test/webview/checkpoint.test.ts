/** The page of a file of weights in the browser: sentences, tree, pictures, keys, readers, themes, widths, changed files. */
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { writeSafetensors } from '../../src/engine/checkpoints/safetensors.ts';
import { openCheckpoint } from './checkpointPage.ts';
import { InspectorPages } from './inspectorPage.ts';
import { seriousFindings } from './seriousFindings.ts';
import { themes, type ThemeName } from './themes.ts';

const fixture = (name: string) => path.join(import.meta.dirname, '../fixtures/checkpoints', name);

let pages: InspectorPages;
let folder = '';
before(async () => {
  pages = await InspectorPages.start();
  folder = await mkdtemp(path.join(tmpdir(), 'dropscope-checkpoint-'));
});
after(async () => {
  await pages.stop();
  await rm(folder, { recursive: true, force: true });
});

async function open(name: string, options: Parameters<typeof openCheckpoint>[2] = {}) {
  const opened = await openCheckpoint(pages, path.isAbsolute(name) ? name : fixture(name), options);
  await opened.page.locator('.pane canvas[aria-label*="rows"]').first().waitFor();
  return opened;
}

const tree = (page: Page) => page.getByRole('tree', { name: 'Tensors' });
const say = (page: Page) => page.locator('.say');

describe('the page of a file of weights', () => {
  for (const theme of Object.keys(themes) as ThemeName[])
    it(`${theme}: no serious finding of axe, also with the menu and the table open`, async () => {
      const { page, complaints } = await open('fastai1-stale.pth', { theme });
      await page.evaluate(axe.source);
      assert.deepEqual(await seriousFindings(page), []);
      await page.getByRole('button', { name: /^Save clean copy/ }).click();
      assert.deepEqual(await seriousFindings(page), []);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'All tensors as a table' }).click();
      assert.deepEqual(await seriousFindings(page), []);
      assert.deepEqual(complaints, []);
      await page.close();
    });

  for (const width of [360, 480, 700, 1400, 2000])
    it(`${width} px: nothing runs over the side, and tensors keep their names`, async () => {
      const { page } = await open('fastai1-training.pth', { width });
      assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= width);
      const cut = `[...document.querySelectorAll('.label')].filter((one) => one.scrollWidth > one.clientWidth + 1).length`;
      assert.equal(await page.evaluate<number>(cut), 0);
      await page.close();
    });

  it('says p and mode, and shows raw × mask = derived of the first pair', async () => {
    const { page } = await open('fastai1-training.pth');
    const list = page.getByRole('list', { name: 'What this file tells' });
    await list
      .getByText(/50\.0 % zeros, median ratio 2\.00: p = 0\.5, saved in training mode/)
      .first()
      .waitFor();
    await list.getByText('832 numbers are stored twice: 2 derived weights beside the raw ones.').waitFor();
    const all = `[...document.querySelectorAll('.pane canvas[role=img]')].map((one) => one.ariaLabel)`;
    const labels = await page.evaluate<string[]>(all);
    assert.match(labels[0] ?? '', /^0\.rnns\.0\.weight_hh_l0_raw, rows 0 to \d+, columns 0 to 11\. Scale from/);
    assert.match(labels[1] ?? '', /^derived \/ raw of .* 50\.0 % kept, 50\.0 % dropped/);
    assert.match(labels[2] ?? '', /^0\.rnns\.0\.module\.weight_hh_l0, rows/);
    await page.close();
  });

  it('the tree is walked by arrows: derived under raw, ties by name, one tab stop', async () => {
    const { page } = await open('fastai1-training.pth');
    const items = tree(page).getByRole('treeitem');
    const before = await items.count();
    assert.equal(await tree(page).locator('[tabindex="0"]').count(), 1);
    await tree(page).locator('[aria-selected="true"]').focus();
    await page.keyboard.press('ArrowDown');
    const derived = tree(page).locator('[aria-selected="true"]');
    assert.match(await derived.innerText(), /weight_hh_l0\s+derived, std 0\.\d+, 50\.0 % zeros/);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await items.count(), before - 1);
    await page.keyboard.press('ArrowRight');
    assert.equal(await items.count(), before);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    // Closed, the encoder is one row; the decoder's module, its submodule and two tensors are left.
    assert.equal(await items.count(), 5);
    await page.keyboard.press('End');
    assert.match(await tree(page).locator('[aria-selected="true"]').innerText(), /^\s*bias\s+24/);
    await tree(page).getByText('24 × 8, is 0.encoder.weight').last().waitFor();
    await page.close();
  });

  it('a sentence leads to its tensor, and its facts are those of the file', async () => {
    const { page } = await open('fastai1-training.pth');
    await page.getByRole('button', { name: /^Decoder tied to encoder/ }).click();
    await page.getByRole('heading', { name: '1.decoder.weight' }).waitFor();
    const term = page.locator('.facts div', { hasText: 'numbers' });
    assert.equal(await term.locator('dd').innerText(), '192, F32');
    assert.match(await tree(page).locator('[aria-selected="true"]').innerText(), /is 0\.encoder\.weight/);
    await page.close();
  });

  it('a cell is read with pointer and keys, with its gate and its product', async () => {
    const { page } = await open('fastai1-training.pth');
    const canvas = page.locator('.pane canvas[role=img]').first();
    await canvas.focus();
    await page.keyboard.press('g');
    await say(page)
      .filter({ hasText: /(forget|cell|output) gate, unit 0\)/ })
      .waitFor();
    assert.match(
      await say(page).innerText(),
      /^Row \d+ \((forget|cell|output) gate, unit 0\), column \d+: raw \S+ × (0|2) = derived/,
    );
    await page.keyboard.press('t');
    const table = page.getByRole('dialog');
    assert.match(await table.innerText(), /0\.rnns\.0\.weight_hh_l0_raw/);
    assert.ok((await table.locator('tbody tr').count()) > 10);
    await page.close();
  });

  it('zooms and pans a tensor larger than the page, reading finer tiles as they are needed', async () => {
    const shape = [3000, 500];
    const data = Float32Array.from({ length: 1_500_000 }, (_, at) => ((at % 997) - 498) / 1000);
    const file = path.join(folder, 'large.safetensors');
    await writeSafetensors(file, [{ name: 'table', shape, data }]);
    const { page, asked } = await open(file);
    await say(page)
      .filter({ hasText: /^Row \d+, column/ })
      .waitFor();
    await page.getByRole('button', { name: 'Show all (0)' }).click();
    await page.locator('.pane .caption').filter({ hasText: 'max |x| per' }).first().waitFor();
    const canvas = page.locator('.pane canvas[role=img]').first();
    await canvas.focus();
    for (let presses = 0; presses < 14; presses++) await page.keyboard.press('+');
    await say(page)
      .filter({ hasText: /^Row \d+, column/ })
      .waitFor();
    const text = await say(page).innerText();
    const [, row = '', col = '', value = ''] = /^Row (\d+), column (\d+): (\S+?)\.$/.exec(text) ?? assert.fail(text);
    const exact = data[Number(row) * 500 + Number(col)] ?? NaN;
    assert.ok(Math.abs(Number(value.replace('−', '-')) - exact) < 6e-5, text);
    assert.ok(asked.filter(({ method }) => method === 'picture').length > 1);
    await page.close();
  });

  it('a clean copy, a config to compare with and a new one are asked of the host', async () => {
    const config = path.join(folder, 'dropscope.json');
    await writeFile(config, JSON.stringify({ emb_sz: 8, n_hid: 12, n_layers: 3 }));
    const { page, asked, complaints } = await open('fastai2.pth', { config });
    await page.getByRole('button', { name: /^Save clean copy/ }).click();
    await page.getByRole('menuitem', { name: 'With the names of fastai2' }).click();
    await page.getByText('Saved: /chosen/clean.safetensors').waitFor();
    await page.getByRole('button', { name: 'Compare with a config…' }).click();
    const list = page.getByRole('list', { name: 'Compared with dropscope.json' });
    await list.getByText('0.rnns.2.weight_hh_l0_raw [32, 8] is missing.').waitFor();
    await page.getByRole('button', { name: 'New config for this model' }).click();
    assert.deepEqual(asked.find(({ method }) => method === 'saveClean')?.params, { style: 'fastai2' });
    // The click is heard in the page at once, and here when the message has come over.
    while (!asked.some(({ method }) => method === 'newConfig')) await page.waitForTimeout(20);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('a file that changes is read again, one that goes is told of, and the selection stays', async () => {
    const file = path.join(folder, 'changing.pth');
    await copyFile(fixture('fastai1-training.pth'), file);
    const { page, change } = await open(file);
    await page.getByRole('button', { name: /^Decoder tied to encoder/ }).click();
    await copyFile(fixture('fastai2.pth'), file);
    await change();
    await page.getByText(/2 raw weights and no derived one/).waitFor();
    await page.getByRole('heading', { name: '1.decoder.weight' }).waitFor();
    await rm(file);
    await change();
    await page.getByText(/there is no such file; check the path/).waitFor();
    assert.equal(await tree(page).isVisible(), false);
    await page.close();
  });

  it('a file that cannot be read is one sentence', async () => {
    const { page, complaints } = await openCheckpoint(pages, fixture('hostile.pt'));
    await page.getByText(/it holds a Python object, posix\.system/).waitFor();
    assert.equal(await page.locator('.body').isVisible(), false);
    await page.evaluate(axe.source);
    assert.deepEqual(await seriousFindings(page), []);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('other tensors are shown too, and numbers that are not finite are counted', async () => {
    const file = path.join(folder, 'plain.safetensors');
    const data = Float32Array.of(1, NaN, 3, Infinity, 5, 6);
    await writeSafetensors(file, [{ name: 'some.table', shape: [2, 3], data }]);
    const { page } = await open(file);
    await page.getByText('some.table: 2 numbers of 6 not finite (NaN or infinite).').waitFor();
    assert.match(
      (await page.locator('.pane canvas[role=img]').first().getAttribute('aria-label')) ?? '',
      /2 cells not finite/,
    );
    await page.close();
  });
});
