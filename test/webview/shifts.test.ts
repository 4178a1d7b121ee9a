/** Nothing jumps: what Chromium itself counts as layout shifts, from the empty page to a run that trains. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { InspectorPages, recordedText } from './inspectorPage.ts';

const pages = await InspectorPages.start();
after(() => pages.stop());

/** Gathers shifts that no input explains, with what moved; runs in the page before anything is drawn. */
const watch = `window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries()) {
    if (hadRecentInput) continue;
    const moved = sources.map(({ node, previousRect, currentRect }) => {
      const named = node?.nodeType === 1 ? node : node?.parentElement;
      const place = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
      return (named?.id || named?.className || named?.tagName) + ' (' + place(previousRect) + ' to ' + place(currentRect) + ')';
    });
    shifts.push({ value, moved });
  }
}).observe({ type: 'layout-shift', buffered: true });`;

interface Shift {
  readonly value: number;
  readonly moved: readonly string[];
}

/** A tenth of what the web calls good (0.1 over a page's life): a word that grows, never a section that moves. */
const MOST = 0.01;

for (const [width, height] of [
  [1400, 900],
  [900, 1200],
  [480, 900],
] as const)
  test(`${width} x ${height}: from nothing over starting and the first step to a run that trains, hardly anything moves`, async () => {
    const start = 'stubHost.setSnapshot({ runs: [], run: null })';
    const { page, complaints } = await pages.open(recordedText, { width, height, before: `${watch}\n${start}` });
    await page.locator('#status', { hasText: 'No run yet' }).waitFor();
    const settled = () => page.waitForTimeout(400);
    await settled();
    await page.evaluate("stubHost.setStarting('wasm backend, self-test')");
    await page.locator('#status', { hasText: 'Starting' }).waitFor();
    await settled();
    await page.evaluate("stubHost.restore(); stubHost.setSummary({ status: 'running' })");
    await page.locator('#pane-mask[aria-label*="step"]').waitFor();
    await settled();
    for (let times = 0; times < 4; times++) {
      await page.evaluate('stubHost.train(1)');
      await settled();
    }
    const shifts = await page.evaluate<Shift[]>('shifts');
    const total = shifts.reduce((sum, { value }) => sum + value, 0);
    assert.ok(total < MOST, `${total.toFixed(4)}: ${JSON.stringify(shifts, null, 1)}`);
    assert.deepEqual(complaints, []);
    await page.close();
  });
