/** Activations and gates unit by unit, on the recorded run: the numbers on screen are those of the run. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { integer, percent, significant } from '../../webview/shared/format.ts';
import { asked, InspectorPages, recorded } from './inspectorPage.ts';
import { nearestStep } from './recordedRun.ts';
import { seriousFindings } from './seriousFindings.ts';
import { themes, type ThemeName } from './themes.ts';

const { summary, description } = recorded.snapshot.run ?? assert.fail('the fixture holds no run');
const layers = description?.config.n_layers ?? 0;
const letters = ['i', 'f', 'g', 'o'];

const pages = await InspectorPages.start();
after(() => pages.stop());

async function openLayer(page: Page, layer: number): Promise<void> {
  await page.locator('.gate').nth(layer).click();
  await page.locator(`#activation-outputs[aria-label^="Outputs of rnns.${layer} "]`).waitFor();
}

/** The units of a gate at a step, most saturated first. */
function ranked(step: number, layer: number, gate: number): { unit: number; low: number; high: number }[] {
  const { units, low, high } = nearestStep(recorded, step).gates.layers[layer] ?? assert.fail('no gates');
  return Array.from({ length: units }, (_, unit) => ({
    unit,
    low: low[gate * units + unit] ?? 0,
    high: high[gate * units + unit] ?? 0,
  })).sort((a, b) => b.low + b.high - a.low - a.high || a.unit - b.unit);
}

describe('activations', () => {
  it('of each layer are those of the run: mean, deviation and saturated gates at its last recorded step', async () => {
    const { page, complaints } = await pages.openDrawn();
    const { steps, counted, positions } = recorded.activations;
    const last = steps.length - 1;
    for (let layer = 0; layer < layers; layer++) {
      await openLayer(page, layer);
      const { mean, deviation, saturation } = recorded.activations.layers[layer] ?? assert.fail('no layer');
      const outputs = (await page.locator('#activation-outputs').getAttribute('aria-label')) ?? '';
      const at = `At step ${integer(steps[last] ?? 0)}:`;
      for (const part of [
        at,
        `mean ${significant(mean[last] ?? NaN)}`,
        `deviation ${significant(deviation[last] ?? NaN)}`,
      ])
        assert.ok(outputs.includes(part), `${part} in ${outputs}`);
      const gates = (await page.locator('#activation-gates').getAttribute('aria-label')) ?? '';
      letters.forEach((letter, gate) => {
        const share = `${letter} ${percent(saturation[last * 4 + gate] ?? NaN)}`;
        assert.ok(gates.includes(share), `${share} in ${gates}`);
      });
      assert.equal(
        await page.locator('.gate.selected').innerText(),
        await page.locator('.gate').nth(layer).innerText(),
      );
    }
    const line = await page.locator('#activations .line').innerText();
    assert.ok(line.includes(`${steps.length} steps, ${steps[0]}–${steps.at(-1)}`), line);
    // Shares of a sample differ a little from those of all positions beside them: that it is one stands over them.
    const captions = (await page.locator('#activations figure .caption').allInnerTexts()).join('\n');
    assert.ok(captions.includes(`saturated gates at ${counted} of ${positions} positions`), captions);
    await page.locator('#activation-outputs').focus();
    await page.keyboard.press('t');
    assert.equal(await page.locator('dialog tbody tr').count(), steps.length);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Close activations' }).click();
    await page.locator('#text').waitFor();
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('a range that is brushed is the one they show', async () => {
    const { page } = await pages.openDrawn();
    await openLayer(page, 0);
    await page.locator('#loss').focus();
    await page.keyboard.press(']');
    for (let presses = 0; presses < 8; presses++) await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('[');
    const { steps } = recorded.activations;
    const within = steps.filter((step) => step >= summary.step - 80).length;
    await page.locator(`#activation-outputs[aria-label*="over ${within} recorded steps"]`).waitFor();
    assert.ok(within > 0 && within < steps.length);
    await page.close();
  });
});

describe('gates by unit', () => {
  it('are those of the step viewed, share by share, most saturated first', async () => {
    const { page, complaints } = await pages.openDrawn();
    await openLayer(page, 0);
    const strip = page.locator('.strip').nth(2);
    await strip.click();
    await page.locator('.units', { hasText: 'cell gate' }).waitFor();
    assert.equal(await strip.getAttribute('aria-pressed'), 'true');
    const shown = ranked(summary.step, 0, 2).filter(({ low, high }) => low + high > 0);
    const words = await page.locator('.units').innerText();
    const listed = await page.locator('.units .unit button').allInnerTexts();
    assert.deepEqual(
      listed,
      shown.slice(0, 5).map(({ unit }) => String(unit)),
    );
    const [first] = shown;
    assert.ok(first, 'the fixture has a saturated unit');
    const most = first.high >= first.low ? `${percent(first.high, 0)} near 1` : `${percent(first.low, 0)} near −1`;
    assert.ok(words.includes(`${first.unit}: ${most}`), words);
    await strip.focus();
    await page.keyboard.press('t');
    const table = await page.locator('dialog tbody tr').allInnerTexts();
    assert.deepEqual(
      table.map((row) => row.split(/\s*\t\s*/)),
      ranked(summary.step, 0, 2).map(({ unit, low, high }) => [String(unit), percent(low), percent(high)]),
    );
    const shares = await page.locator('.gate').first().innerText();
    assert.ok(shares.includes(await strip.locator('.number').innerText()), 'as in the list of layers');
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('follow the step viewed', async () => {
    const { page } = await pages.openDrawn();
    await openLayer(page, 0);
    const [old = 0] = recorded.kept.steps;
    await page.locator('#loss').focus();
    for (let presses = 0; presses < 8; presses++) await page.keyboard.press('Shift+ArrowLeft');
    await page.locator(`#gate-g[aria-label*="at step ${old}:"]`).waitFor();
    const steps = (await asked(page)).filter(({ method, params }) => method === 'gates' && params?.['step'] === old);
    assert.ok(steps.length > 0);
    await page.close();
  });

  it('a unit leads to its row in the panes', async () => {
    const { page } = await pages.openDrawn();
    await page.locator('.site[data-site="0.input_dp"]').click();
    await openLayer(page, 0);
    await page.locator('.strip').nth(2).click();
    await page.locator('.units', { hasText: 'cell gate' }).waitFor();
    const unit = Number(await page.locator('.units .unit button').first().innerText());
    const row = 2 * (description?.config.n_hid ?? 0) + unit;
    await page.locator('.units .unit button').first().click();
    await page.locator('#say', { hasText: `Row ${row} (cell gate, unit ${unit}), column 0` }).waitFor();
    await page.close();
  });

  it('a run that kept none says so', async () => {
    const { page, complaints } = await pages.openDrawn();
    await page.evaluate('stubHost.run.activations.layers.length = 0');
    await page.locator('.gate').first().click();
    await page.locator('#activations .second', { hasText: 'No activations were kept of this run' }).waitFor();
    assert.deepEqual(complaints, []);
    await page.close();
  });
});

describe('for everyone', () => {
  for (const theme of Object.keys(themes) as ThemeName[])
    it(`nothing serious for axe, and nothing wider than the page (${theme})`, async () => {
      const { page } = await pages.openDrawn({ theme, width: theme === 'dark' ? 360 : 1000 });
      await openLayer(page, 1);
      await page.evaluate(axe.source);
      assert.deepEqual(await seriousFindings(page), []);
      const widths = await page.evaluate<number[]>(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      );
      assert.ok((widths[0] ?? 0) <= (widths[1] ?? 0), widths.join(' of '));
      await page.close();
    });

  it('opening them by keys, choosing a gate and a unit', async () => {
    const { page } = await pages.openDrawn();
    await page.locator('.gate').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('#activation-gates[aria-label^="Saturated gates of rnns.0"]').waitFor();
    await page.locator('.strip').nth(1).focus();
    await page.keyboard.press('Space');
    await page.locator('.units', { hasText: 'forget gate' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#say', { hasText: '(forget gate, unit' }).waitFor();
    await page.close();
  });
});
