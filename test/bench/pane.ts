/**
 * Frames a second of the weight's panes while one pans and zooms a tensor of 4608 x 1152 (the largest recurrent weight of
 * the reference model) and of 60,000 x 400 (its embedding), in headless Chromium without a GPU. By hand:
 * `node test/bench/pane.ts [--width 1400]`.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { InspectorPages } from '../webview/inspectorPage.ts';
import type { Frames } from '../webview/page/frames.ts';

const { values } = parseArgs({ options: { width: { type: 'string', default: '1400' } } });
const text = await readFile(path.join(import.meta.dirname, '../fixtures/recordedRun/run.json'), 'utf8');
const pages = await InspectorPages.start();
try {
  for (const [rows, cols] of [
    [4608, 1152],
    [60_000, 400],
  ] as const) {
    const { page } = await pages.open(text, { width: Number(values.width) });
    await page.locator('#pane-raw[aria-label*="step"]').waitFor();
    await page.evaluate(`stubHost.setBig(${rows}, ${cols})`);
    await page.locator(`#weight .panes :text("${(rows * cols).toLocaleString('en-US')} weights")`).waitFor();
    const tell = (what: string, { perSecond, p95 }: Frames) =>
      process.stdout.write(
        `${rows} x ${cols}, ${what}: ${perSecond.toFixed(1)} frames a second, 95 % within ${p95.toFixed(0)} ms\n`,
      );
    for (const size of ['12 px cells', '1 px cells']) {
      if (size === '1 px cells') {
        await page.locator('#pane-raw').focus();
        for (let times = 0; times < 6; times++) await page.keyboard.press('-');
      }
      tell(`panning, ${size}`, await page.evaluate<Frames>("probes.panning('#pane-raw', 4000)"));
    }
    tell('zooming', await page.evaluate<Frames>("probes.zooming('#pane-raw', 4000)"));
    await page.close();
  }
} finally {
  await pages.stop();
}
