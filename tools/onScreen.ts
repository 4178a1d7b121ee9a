// What must be visible once a run is done, found the way a person's screen reader finds it: by roles and labels.
import type { Locator, Page } from 'playwright-core';
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

/** What must be among the pictures, and how their labels tell of it. */
const pictures = [
  ['loss', /loss.*\d/is],
  ['gradient norms', /gradient norm.*\d/is],
  ['a mask', /(mask|drop|kept).*\d/is],
] as const;

/**
 * Waits for the inspector and checks its pictures: at least loss, gradient norms and a mask, each labelled with its content
 * and really drawn. Resolves to the labels.
 */
export async function checkInspector(workbench: Workbench): Promise<string[]> {
  const selector = 'canvas[role="img"][aria-label]';
  const frame = await workbench.webview(selector, 60_000);
  const canvases = frame.locator(`${selector}:visible`);
  const deadline = performance.now() + 60_000;
  for (;;) {
    const labels: string[] = [];
    for (const canvas of await canvases.all()) labels.push((await canvas.getAttribute('aria-label')) ?? '');
    const absent = pictures.filter(([, pattern]) => !labels.some((label) => pattern.test(label)));
    if (absent.length === 0) {
      await checkDrawn(canvases);
      return labels;
    }
    if (performance.now() > deadline)
      throw new Error(`no picture of ${absent.map(([what]) => what).join(', ')}; there are: ${labels.join(' | ')}`);
    await workbench.page.waitForTimeout(500);
  }
}

async function checkDrawn(canvases: Locator): Promise<void> {
  for (const canvas of await canvases.all()) {
    if (Number(await canvas.evaluate(countColours)) < 2)
      throw new Error(`nothing is drawn in the picture "${(await canvas.getAttribute('aria-label')) ?? ''}"`);
  }
}

/** Runs in the page, so it is text here: how many different colours a canvas holds; stops counting at three. */
const countColours = `(canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set();
  for (const pixel of new Uint32Array(data.buffer)) if (colours.add(pixel).size > 2) break;
  return colours.size;
}`;
