/** Taking pictures and numbers along: the menu by keys, SVG as real vectors of the run's numbers, and the clipboard. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { configHash } from '../../src/shared/configHash.ts';
import { fixed } from '../../webview/shared/format.ts';
import { InspectorPages, recorded, recordedText, until } from './inspectorPage.ts';

const { summary, description, train } = recorded.snapshot.run ?? assert.fail('the fixture holds no run');
const config = configHash(description?.config ?? assert.fail('no config'));
const ending = `run-brown-words-config-${config}`;

const pages = await InspectorPages.start();
after(() => pages.stop());

async function take(page: Page, menu: string, picture: string, action: string): Promise<void> {
  await page.getByRole('button', { name: menu }).click();
  if (picture) await page.getByRole('menuitemradio', { name: picture, exact: true }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

interface Saved {
  readonly name: string;
  readonly data: number[];
}

/** The files of the page so far, once there are so many. */
async function saved(page: Page, count: number): Promise<Saved[]> {
  const all = "stubHost.asked.filter(({ method }) => method === 'save')";
  await until(page, `${all}.length >= ${count}`);
  return page.evaluate<Saved[]>(`${all}.map(({ params }) => ({ name: params.name, data: [...params.data] }))`);
}

interface Drawing {
  readonly title: string;
  readonly description: string;
  readonly words: string[];
  readonly images: number;
  /** Corners of the path with the most of them. */
  readonly corners: number;
  readonly wellFormed: boolean;
}

/** What an SVG holds, as the browser's own parser reads it. */
function read(page: Page, svg: string): Promise<Drawing> {
  return page.evaluate<Drawing>(`(() => {
    const parsed = new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml');
    const all = (name) => [...parsed.getElementsByTagName(name)];
    return {
      title: all('title')[0]?.textContent ?? '',
      description: all('desc')[0]?.textContent ?? '',
      words: all('text').map((word) => word.textContent),
      images: all('image').length,
      corners: Math.max(0, ...all('path').map((line) => (line.getAttribute('d').match(/[ML]/g) ?? []).length)),
      wellFormed: all('parsererror').length === 0,
    };
  })()`);
}

const asText = ({ data }: Saved) => Buffer.from(data).toString('utf8');

describe('SVG', () => {
  it('of the curves: vectors with a corner a step, axes, last values, and title, run and config', async () => {
    const { page, complaints } = await pages.openDrawn();
    await take(page, 'Save or copy the curves', 'Loss', 'Save as SVG');
    const [file] = await saved(page, 1);
    assert.ok(file?.name === `Loss-over-steps-1-160-step-160-marked-${ending}.svg`, file?.name);
    const drawing = await read(page, asText(file));
    assert.ok(drawing.wellFormed);
    assert.equal(drawing.images, 0);
    assert.ok(drawing.corners >= summary.step - 2, `${drawing.corners} corners`);
    const last = fixed(train.loss[train.loss.length - 1] ?? NaN, 2);
    for (const word of [`train ${last}`, 'loss', 'run brown, words, config ' + config])
      assert.ok(drawing.words.includes(word), `${word} in ${drawing.words.join('|')}`);
    assert.ok(drawing.title.includes(config));
    assert.match(drawing.description, /Training loss falls from/);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('of the panes: cells as a picture each, axes and legends as vectors; the page stays as it was', async () => {
    const { page, complaints } = await pages.openDrawn();
    const probe = 'probes.pixels("#pane-raw", [[60, 60], [90, 120], [150, 200]])';
    const before = await page.evaluate(probe);
    await take(page, 'Save or copy the weight', 'all four', 'Save as SVG');
    const [file] = await saved(page, 1);
    assert.ok(file);
    const drawing = await read(page, asText(file));
    assert.ok(drawing.wellFormed);
    assert.equal(drawing.images, 4);
    for (const word of ['raw', '× mask', '= derived', '→ gradient', 'dropped ×0', '0, √ scale'])
      assert.ok(drawing.words.includes(word), `${word} in ${drawing.words.join('|')}`);
    assert.deepEqual(await page.evaluate(probe), before);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('of histograms, the strip and a block is well formed; only the block embeds pictures', async () => {
    const { page } = await pages.openDrawn();
    await take(page, 'Save or copy text', 'gradient by time step', 'Save as SVG');
    await page.getByRole('button', { name: 'Histograms' }).click();
    await page.locator('#histogram[aria-label*="Distribution"]').waitFor();
    await take(page, 'Save or copy the histograms', '', 'Save as SVG');
    await page.locator('.site[data-site="0.input_dp"]').click();
    await page.locator('#mask[aria-label*="step"]').waitFor();
    await take(page, 'Save or copy the weight', 'block', 'Save as SVG');
    const files = await saved(page, 3);
    const drawings = await Promise.all(files.map((file) => read(page, asText(file))));
    assert.deepEqual(
      drawings.map(({ wellFormed, images }) => [wellFormed, images]),
      [
        [true, 0],
        [true, 0],
        [true, 7],
      ],
    );
    await page.close();
  });
});

describe('what was recorded seldom', () => {
  it('is marked step by step: of each line of the activations a dot a step', async () => {
    const { page } = await pages.openDrawn();
    await page.locator('.gate').first().click();
    await page.locator('#activation-outputs[aria-label^="Outputs of"]').waitFor();
    await take(page, 'Save or copy the activations', 'outputs', 'Save as SVG');
    await take(page, 'Save or copy the activations', 'saturated gates', 'Save as SVG');
    const dots = (await saved(page, 2)).map((file) => (asText(file).match(/<path[^>]* d="[^"]*A/g) ?? []).length);
    const steps = recorded.activations.steps.length;
    assert.deepEqual(dots, [3 * steps, 4 * steps]);
    await page.close();
  });
});

describe('the menu', () => {
  it('is walked by keys: nothing happens before Enter, Escape gives the focus back', async () => {
    const { page, complaints } = await pages.openDrawn();
    const button = page.getByRole('button', { name: 'Save or copy the weight' });
    await button.focus();
    await page.keyboard.press('Enter');
    const focused = () => page.evaluate<string>('document.activeElement.textContent');
    // The menu has the focus only once the browser has told that it is open.
    await page.locator('.menu-item:focus', { hasText: 'all four' }).waitFor();
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(), 'raw');
    await page.keyboard.press('Enter');
    assert.equal(
      await page.getByRole('menuitemradio', { name: 'raw', exact: true }).getAttribute('aria-checked'),
      'true',
    );
    await page.keyboard.press('End');
    assert.equal(await focused(), 'Open as table');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('button:focus').getAttribute('aria-label'), 'Save or copy the weight');
    // The browser tells of a closed popover in a task of its own.
    await page.locator('button[aria-label="Save or copy the weight"][aria-expanded="false"]').waitFor();
    assert.deepEqual(await saved(page, 0), []);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('saves PNG and CSV whose names carry tensor, step, run and config', async () => {
    const { page } = await pages.openDrawn();
    await take(page, 'Save or copy the weight', 'all four', 'Save as PNG');
    await saved(page, 1);
    await take(page, 'Save or copy the weight', 'raw', 'Save numbers as CSV');
    await saved(page, 2);
    await page.locator('#loss').focus();
    await page.keyboard.press('s');
    const files = await saved(page, 3);
    assert.deepEqual(
      files.map(({ name }) => name),
      [
        `raw-mask-derived-gradient-of-0.rnns.0.weight_hh_l0-at-step-160-${ending}.png`,
        `raw-of-0.rnns.0.weight_hh_l0-at-step-160-${ending}.csv`,
        `Loss-over-steps-1-160-step-160-marked-${ending}.png`,
      ],
    );
    for (const { name, data } of files)
      if (name.endsWith('.png')) assert.deepEqual(data.slice(0, 4), [0x89, 0x50, 0x4e, 0x47]);
    await page.close();
  });

  it('offers nothing while there is nothing', async () => {
    const { page } = await pages.open(recordedText);
    await page.evaluate('stubHost.setSnapshot({ runs: [], run: null })');
    await page.locator('#status', { hasText: 'No run yet' }).waitFor();
    await page.getByRole('button', { name: 'Save or copy the weight' }).click();
    assert.equal(await page.locator('.menu:popover-open').count(), 0);
    await page.close();
  });
});

describe('the clipboard', () => {
  it('gets a PNG, and says so', async () => {
    const { page, complaints } = await pages.openDrawn();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('#gradient-norm').focus();
    await page.keyboard.press('c');
    await page.locator('.notice', { hasText: 'Copied as a picture: Gradient norm over steps 1–160' }).waitFor();
    const types = 'navigator.clipboard.read().then(([item]) => [...item.types])';
    assert.deepEqual(await page.evaluate(types), ['image/png']);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('gets SVG text from the host where the page may not write pictures, and numbers as CSV', async () => {
    const { page } = await pages.openDrawn({
      before: "navigator.clipboard.write = () => Promise.reject(new DOMException('no', 'NotAllowedError'));",
    });
    await take(page, 'Save or copy the curves', 'Loss', 'Copy picture');
    await page.locator('.notice', { hasText: 'Copied as SVG text: Loss' }).waitFor();
    await take(page, 'Save or copy the curves', 'Loss', 'Copy numbers');
    await page.locator('.notice', { hasText: 'Copied as CSV' }).waitFor();
    const copied = await page.evaluate<string[]>(
      "stubHost.asked.filter(({ method }) => method === 'copy').map(({ params }) => params.text)",
    );
    assert.match(copied[0] ?? '', /^<svg /);
    assert.match(copied[1] ?? '', /^step,loss,cross-entropy,perplexity,/);
    await page.close();
  });

  it('a host that refuses is quoted', async () => {
    const { page } = await pages.openDrawn();
    await page.evaluate("stubHost.failure = 'the folder is read-only'");
    await take(page, 'Save or copy the curves', 'Loss', 'Save numbers as CSV');
    await page.locator('.notice', { hasText: 'Not saved: the folder is read-only' }).waitFor();
    await page.close();
  });
});
