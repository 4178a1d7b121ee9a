// What must be visible once a run is done, found the way a person's screen reader finds it: by roles and labels.
import type { Locator, Page } from 'playwright-core';
import type { Workbench } from './workbench.ts';

/** For anything to appear: many times what it takes on a quiet machine. */
const LONGEST_MS = 180_000;

/** Opens the Dropscope side bar and checks that a run with numbers is listed. */
export async function checkRunsView(page: Page): Promise<void> {
  const entry = page.locator('.activitybar [aria-label^="Dropscope"]').first();
  await entry.waitFor({ timeout: LONGEST_MS });
  if ((await entry.getAttribute('aria-selected')) !== 'true' && (await entry.getAttribute('aria-expanded')) !== 'true')
    await entry.click();
  const row = page
    .locator('.sidebar .monaco-list-row')
    .filter({ hasText: /loss \d/ })
    .first();
  await row.waitFor({ timeout: LONGEST_MS });
}

/** What must be among the pictures, and how their labels tell of it. */
const pictures = [
  ['loss', /loss.*\d/is],
  ['gradient norms', /gradient norm.*\d/is],
  ['a mask', /mask of .*step \d/is],
] as const;

/**
 * Waits for the inspector and for its pictures: at least loss, gradient norms and a mask, each labelled with its content, and
 * all that are there really drawn. Resolves to the labels.
 */
export async function checkInspector(workbench: Workbench): Promise<string[]> {
  const selector = 'canvas[role="img"][aria-label]';
  const frame = await workbench.webview(selector, LONGEST_MS);
  const canvases = frame.locator(`${selector}:visible`);
  const deadline = performance.now() + LONGEST_MS;
  for (;;) {
    const { labels, lacking } = await look(canvases);
    if (lacking.length === 0) return labels;
    if (performance.now() > deadline)
      throw new Error(`not in the inspector: ${lacking.join(', ')}; there are: ${labels.join(' | ')}`);
    await workbench.page.waitForTimeout(500);
  }
}

/** The labels of the pictures, and what is not there yet: pictures that must be, or anything in one that is. */
async function look(canvases: Locator): Promise<{ labels: string[]; lacking: string[] }> {
  const labels: string[] = [];
  const lacking: string[] = [];
  for (const canvas of await canvases.all()) {
    const label = (await canvas.getAttribute('aria-label')) ?? '';
    labels.push(label);
    if (Number(await canvas.evaluate(countColours)) < 2) lacking.push(`anything drawn in "${label}"`);
  }
  for (const [what, pattern] of pictures)
    if (!labels.some((label) => pattern.test(label))) lacking.push(`the picture of ${what}`);
  return { labels, lacking };
}

/** Runs in the page, so it is text here: how many different colours a canvas holds; stops counting at three. */
const countColours = `(canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set();
  for (const pixel of new Uint32Array(data.buffer)) if (colours.add(pixel).size > 2) break;
  return colours.size;
}`;
