/** No sentence, name or number is cut short: a cut number reads as another one. At every width, in every section. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { InspectorPages } from './inspectorPage.ts';

const pages = await InspectorPages.start();
after(() => pages.stop());

const sections: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
  ['panes', () => Promise.resolve()],
  [
    'words, by loss and element by element',
    async (page) => {
      await page.locator('.site[data-site="0.encoder_dp"]').click();
      await page.locator('#mask[aria-label*="0.encoder_dp"]').waitFor();
      await page.getByRole('button', { name: 'Loss', exact: true }).click();
      await page.getByRole('button', { name: 'Element by element' }).click();
    },
  ],
  [
    'block',
    async (page) => {
      await page.locator('.site[data-site="0.input_dp"]').click();
      await page.locator('#mask[aria-label*="0.input_dp"]').waitFor();
    },
  ],
  [
    'histograms',
    async (page) => {
      await page.getByRole('button', { name: 'Histograms' }).click();
      await page.locator('#histogram[aria-label*="Distribution"]').waitFor();
      await page.getByRole('button', { name: 'Of the gradient' }).click();
      await page.locator('#histogram[aria-label*="Distribution of the gradient"]').waitFor();
    },
  ],
  [
    'activations',
    async (page) => {
      await page.locator('.gate').first().click();
      await page.locator('#activation-outputs[aria-label^="Outputs of"]').waitFor();
    },
  ],
  [
    'what if',
    async (page) => {
      await page.getByRole('button', { name: 'What if' }).click();
      await page.locator('#what-if-losses[aria-label*="Mean cross-entropy"]').waitFor();
    },
  ],
];

/**
 * Runs in the page, so it is text here: whatever hides some of its words. By design rows of the batch's text show the last
 * words that fit, and facts of a head that do not fit leave whole; what only screen readers read has no width.
 */
const cut = `[...document.querySelectorAll('#app *')]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }))
  .filter((each) => !each.closest('.unseen, .text, .facts, .step-facts, select, svg'))
  .filter((each) => getComputedStyle(each).overflowX !== 'visible' && each.scrollWidth > each.clientWidth + 1)
  .map((each) => (each.id || each.className || each.tagName) + ': ' + each.textContent)`;

/** To another width, until what is measured in frames is drawn. */
async function widen(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
}

/** In a wide font, as that of VS Code is where nothing narrower is installed. */
describe('nothing is cut short', () => {
  for (const [section, open] of sections)
    it(section, async () => {
      const { page } = await pages.openDrawn();
      await page.evaluate(`document.documentElement.style.setProperty('--vscode-font-family', 'DejaVu Sans')`);
      await open(page);
      for (const width of [1400, 1125, 1000, 730, 480, 360]) {
        await widen(page, width);
        assert.deepEqual(await page.evaluate<string[]>(cut), [], `${width} px wide`);
      }
      await page.close();
    });

  it('a status beside a long name of a run, on one line', async () => {
    const { page } = await pages.openDrawn();
    await page.evaluate(`document.documentElement.style.setProperty('--vscode-font-family', 'DejaVu Sans')`);
    await page.evaluate(`document.querySelector('.run-name option').textContent = 'a long name (20261122-091812)'`);
    for (let width = 420; width <= 1400; width += 70) {
      await widen(page, width);
      const { height } = (await page.locator('#status').boundingBox()) ?? assert.fail('no status');
      assert.ok(height <= 20, `${height} px high at ${width} px`);
    }
    await page.close();
  });

  it('how far back the step viewed is, on one line', async () => {
    const { page } = await pages.openDrawn();
    await page.evaluate(`document.documentElement.style.setProperty('--vscode-font-family', 'DejaVu Sans')`);
    await page.locator('#loss').focus();
    await page.keyboard.press('ArrowLeft');
    await page.locator('.behind', { hasText: '1 before the latest' }).waitFor();
    for (const width of [1400, 1000, 730, 520, 480, 360]) {
      await widen(page, width);
      const { height } = (await page.locator('.behind').boundingBox()) ?? assert.fail('not there');
      assert.ok(height <= 20, `${height} px high at ${width} px`);
      const over = await page.evaluate<string[]>(
        `[...document.querySelectorAll('#app *')].filter((each) => !each.closest('.text') && each.getBoundingClientRect().right > innerWidth).map((each) => (each.closest('section')?.id ?? 'head') + ' ' + each.tagName + ': ' + each.textContent)`,
      );
      assert.deepEqual(over, [], `${width} px`);
    }
    await page.close();
  });

  it('the names of parameters, which end before their curves begin', async () => {
    const { page } = await pages.openDrawn();
    await page.evaluate(`document.documentElement.style.setProperty('--vscode-font-family', 'DejaVu Sans')`);
    for (const width of [1400, 1330, 1220, 1125, 1000, 730, 480, 360]) {
      await widen(page, width);
      const over = await page.evaluate<string[]>(`[...document.querySelectorAll('button.parameter')]
        .filter((row) => {
          const name = document.createRange();
          name.selectNodeContents(row.querySelector('.name'));
          const next = [...row.children].slice(1).find((each) => each.checkVisibility());
          return name.getBoundingClientRect().right + 4 > next.getBoundingClientRect().left;
        })
        .map((row) => row.textContent)`);
      assert.deepEqual(over, [], `${width} px wide`);
    }
    await page.close();
  });

  it('the place of a cell of a large weight, which ends before its value begins', async () => {
    const { page } = await pages.openDrawn();
    await page.evaluate(`document.documentElement.style.setProperty('--vscode-font-family', 'DejaVu Sans')`);
    await page.evaluate(`document.querySelector('.place .number').textContent = '4607, 1151'`);
    await page.evaluate(`document.querySelector('.place .second').textContent = 'o, unit 1151'`);
    for (const width of [1400, 1125, 1000, 730]) {
      await widen(page, width);
      assert.deepEqual(await page.evaluate<string[]>(cut), [], `${width} px wide`);
      const room = await page.evaluate<number>(`(() => {
        const value = document.createRange();
        value.selectNodeContents(document.querySelector('.value.first'));
        return value.getBoundingClientRect().left - document.querySelector('.place .second').getBoundingClientRect().right;
      })()`);
      assert.ok(room >= 4, `${room} px between them at ${width} px`);
    }
    await page.close();
  });
});
