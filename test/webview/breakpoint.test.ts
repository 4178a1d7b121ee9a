/** A run that stands at a breakpoint: what the page says and offers, in every theme, at every width, without a pointer. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { asked, InspectorPages, recorded } from './inspectorPage.ts';
import { seriousFindings } from './seriousFindings.ts';
import { themes, type ThemeName } from './themes.ts';

const { summary } = recorded.snapshot.run ?? assert.fail('the fixture holds no run');
const pages = await InspectorPages.start();
after(() => pages.stop());

const when = 'grad_norm > 10 * median(grad_norm)';
const why = 'gradient norm 8.31 is 12.4 times the median of the last 64 steps (0.67)';

async function atBreakpoint(page: Page, hits = 1): Promise<void> {
  const change = {
    status: 'paused',
    message: `step ${summary.step}: ${why}`,
    hits: [{ id: 'gradient-jump', when, hits }],
  };
  await page.evaluate(`stubHost.setSummary(${JSON.stringify(change)})`);
  await page.locator('#status', { hasText: `Paused at step ${summary.step}: ${why}` }).waitFor();
}

describe('a run at a breakpoint', () => {
  it('says which and why, keeps every button in its place, and leads to the list', async () => {
    const { page, complaints } = await pages.openDrawn();
    await page.evaluate("stubHost.setSummary({ status: 'paused' })");
    await page.locator('#status', { hasText: `Paused at step ${summary.step}` }).waitFor();
    const places = () =>
      page
        .locator('.transport [data-command]:not([data-command=showBreakpoints])')
        .evaluateAll((buttons) =>
          buttons.map((button) => Math.round((button as unknown as { offsetLeft: number }).offsetLeft)),
        );
    const before = await places();
    assert.equal(await page.locator('[data-command=showBreakpoints]').count(), 0);
    await atBreakpoint(page);
    assert.deepEqual(await places(), before);
    const button = page.getByRole('button', { name: `Show breakpoints: ${when} (hit once)` });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('F5');
    assert.deepEqual(
      (await asked(page, 'command')).map(({ params }) => params?.['command']),
      ['showBreakpoints', 'resume'],
    );
    await atBreakpoint(page, 3);
    await page.getByRole('button', { name: `${when} (hit 3 times)` }).waitFor();
    await page.evaluate("stubHost.setSummary({ status: 'running', message: '', hits: undefined })");
    await page.locator('[data-command=showBreakpoints]').waitFor({ state: 'detached' });
    assert.deepEqual(complaints, []);
    await page.close();
  });

  for (const theme of Object.keys(themes) as ThemeName[])
    it(`${theme}: no serious finding of axe`, async () => {
      const { page, complaints } = await pages.openDrawn({ theme });
      await page.evaluate(axe.source);
      await atBreakpoint(page);
      assert.deepEqual(await seriousFindings(page), []);
      assert.deepEqual(complaints, []);
      await picture(page, `${theme}-1400`);
      await page.close();
    });

  for (const width of [360, 480, 700, 721, 1120, 2000])
    it(`${width} px: the sentence is read whole, and nothing runs over the side`, async () => {
      const { page } = await pages.openDrawn({ width });
      await atBreakpoint(page);
      const scroll = await page.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(scroll <= width, `the page is ${scroll} px wide`);
      assert.deepEqual(await page.evaluate('probes.cutTexts()'), []);
      await picture(page, `dark-${width}`);
      await page.close();
    });
});

/** For looking at: DROPSCOPE_PICTURES names a folder. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['DROPSCOPE_PICTURES'];
  if (folder) await page.screenshot({ path: `${folder}/breakpoint-${name}.png` });
}
