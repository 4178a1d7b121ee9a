// What must be visible once a run is done, found the way a person's screen reader finds it: by roles and labels.
import type { Page } from 'playwright-core';
import type { Workbench } from './workbench.ts';

/** Opens the Dropscope side bar and checks that a run with numbers is listed. */
export async function checkRunsView(page: Page): Promise<void> {
  const entry = page.locator('.activitybar [aria-label^="Dropscope"]').first();
  await entry.waitFor({ timeout: 20_000 });
  if ((await entry.getAttribute('aria-selected')) !== 'true' && (await entry.getAttribute('aria-expanded')) !== 'true')
    await entry.click();
  const row = page
    .locator('.sidebar .monaco-list-row')
    .filter({ hasText: /loss \d/ })
    .first();
  await row.waitFor({ timeout: 20_000 });
}

/**
 * Waits for the inspector and checks its pictures: at least loss, gradient norms and a mask, each labelled with its content
 * and really drawn. Resolves to the labels.
 */
export async function checkInspector(workbench: Workbench): Promise<string[]> {
  const frame = await workbench.webview('canvas[role="img"][aria-label]', 30_000);
  const pictures = frame.locator('canvas[role="img"]:visible');
  await pictures.nth(2).waitFor({ timeout: 30_000 });
  const labels: string[] = [];
  for (const canvas of await pictures.all()) {
    const label = (await canvas.getAttribute('aria-label')) ?? '';
    const colours = Number(await canvas.evaluate(countColours));
    if (colours < 2) throw new Error(`nothing is drawn in the picture "${label}"`);
    labels.push(label);
  }
  for (const [what, pattern] of [
    ['loss', /loss/i],
    ['gradient norms', /gradient/i],
    ['a mask', /mask|dropp|kept/i],
  ] as const)
    if (!labels.some((label) => pattern.test(label) && /\d/.test(label)))
      throw new Error(`no picture of ${what} with its numbers; there are: ${labels.join(' | ')}`);
  return labels;
}

/** Runs in the page, so it is text here: how many different colours a canvas holds; stops counting at three. */
const countColours = `(canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set();
  for (const pixel of new Uint32Array(data.buffer)) if (colours.add(pixel).size > 2) break;
  return colours.size;
}`;
