/** The preview of masks in the browser: readers, keys, tables, taking along, widths and themes. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { maskCorner } from '../../src/shared/maskDraw.ts';
import type { FromPreview, ToPreview } from '../../src/shared/previewContract.ts';
import { InspectorPages, recorded } from './inspectorPage.ts';
import { seriousFindings } from './seriousFindings.ts';
import { themes, type ThemeName } from './themes.ts';

const { sites } = recorded.snapshot.run?.description ?? assert.fail('the fixture holds no run');
const shown: ToPreview = {
  kind: 'preview',
  preview: {
    revision: 1,
    title: 'AWD_LSTM(…)',
    place: 'model.py, line 8',
    message: '',
    sites,
    dropMult: 1,
    seed: 7,
    notes: ['vocab_sz 600, as in the newest run'],
  },
};

const pages = await InspectorPages.start();
after(() => pages.stop());

async function open(options: Parameters<InspectorPages['openPreview']>[0] = {}) {
  const opened = await pages.openPreview(options);
  const message = `new MessageEvent('message', { data: ${JSON.stringify(shown)} })`;
  await opened.page.evaluate(`window.dispatchEvent(${message})`);
  await opened.page.locator('canvas[aria-label*="kept"]').first().waitFor();
  return opened;
}

const sent = (page: Page) =>
  page.evaluate<FromPreview[]>('window.sent.map((m) => (m.data ? { ...m, data: [...m.data] } : m))');

describe('the preview', () => {
  for (const theme of Object.keys(themes) as ThemeName[])
    it(`${theme}: no serious finding of axe, also with its menu and its table open`, async () => {
      const { page, complaints } = await open({ theme });
      await page.evaluate(axe.source);
      assert.deepEqual(await seriousFindings(page), []);
      await page.getByRole('button', { name: 'Save or copy this mask' }).first().click();
      assert.deepEqual(await seriousFindings(page), []);
      await page.getByRole('menuitem', { name: 'Open as table' }).click();
      assert.deepEqual(await seriousFindings(page), []);
      assert.deepEqual(complaints, []);
      await page.close();
    });

  for (const width of [360, 600, 1400])
    it(`${width} px: nothing runs over the side`, async () => {
      const { page } = await open({ width });
      assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= width);
      await page.close();
    });

  it('each canvas says what it shows and opens as the very cells that would be drawn', async () => {
    const { page } = await open();
    const site = sites.find(({ kind }) => kind === 'weight') ?? assert.fail('no weight');
    const canvas = page.locator('canvas').nth(sites.indexOf(site));
    assert.match((await canvas.getAttribute('aria-label')) ?? '', /Weight drop.*kept \(\d.*seed 7, step 1/);
    await canvas.focus();
    await page.keyboard.press('t');
    const cells = await page.locator('dialog tbody tr').first().locator('td').allInnerTexts();
    const [rows, cols] = [site.shape[0] ?? 1, site.shape.at(-1) ?? 1];
    const { name, p } = site;
    const drawn = maskCorner({ name, cols, p, seed: 7, step: 1 }, Math.min(16, rows), Math.min(48, cols));
    const expected = Array.from(drawn.subarray(0, cells.length), (kept) => (kept === 1 ? '1.25' : '0'));
    assert.deepEqual(cells, expected);
    assert.ok(cells.includes('0') && cells.includes('1.25'));
    await page.close();
  });

  it('is saved as SVG under a name with config, place, seed and step; copies numbers through the host', async () => {
    const { page, complaints } = await open();
    const menu = page.getByRole('button', { name: 'Save or copy this mask' }).first();
    await menu.click();
    await page.getByRole('menuitem', { name: 'Save as SVG' }).click();
    await menu.click();
    await page.getByRole('menuitem', { name: 'Copy numbers' }).click();
    const [save, copy] = (await sent(page)).filter(({ kind }) => kind === 'save' || kind === 'copy');
    assert.ok(save?.kind === 'save' && copy?.kind === 'copy');
    assert.match(save.name, /^Mask-of-0\.encoder_dp-at-step-1-.*AWD_LSTM-model\.py-line-8-seed-7\.svg$/);
    assert.match(Buffer.from(save.data).toString('utf8'), /<text .*<image /s);
    assert.match(copy.text, /^row,0,1,/);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('tells its keys, and Tab reaches the step, every menu and every mask', async () => {
    const { page } = await open();
    await page.keyboard.press('?');
    assert.match(await page.locator('dialog').innerText(), /T\s+opens its numbers as a table/);
    await page.keyboard.press('Escape');
    const reached = new Set<string>();
    for (let presses = 0; presses < 2 * sites.length + 4; presses++) {
      await page.keyboard.press('Tab');
      const focused =
        'document.activeElement.tagName + (document.activeElement.getAttribute("aria-label") ?? document.activeElement.id)';
      reached.add(await page.evaluate<string>(focused));
    }
    assert.ok(reached.has('INPUTstep') && reached.has('BUTTONKeys') && reached.has('BUTTONSave or copy this mask'));
    assert.equal([...reached].filter((name) => name.startsWith('CANVAS')).length, sites.length);
    await page.close();
  });
});
