/** Going back in time, large tensors, text by loss, distributions and taking things along, on the recorded run. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { fixed, integer, percent, significant } from '../../webview/shared/format.ts';
import { asked, InspectorPages, recorded } from './inspectorPage.ts';
import type { Frames } from './page/frames.ts';
import { nearestStep } from './recordedRun.ts';

const { train, description, summary } = recorded.snapshot.run ?? assert.fail('the fixture holds no run');
const sites = description?.sites ?? [];
const weightName = sites.find(({ kind }) => kind === 'weight')?.name ?? assert.fail('no dropped weight');
const old = recorded.kept.steps[0] ?? assert.fail('no step was kept');

const pages = await InspectorPages.start();
after(() => pages.stop());

/** Horizontal place of a step on the loss chart, in pixels of the window. */
async function placeOf(page: Page, step: number): Promise<{ x: number; y: number }> {
  const box = (await page.locator('#loss').boundingBox()) ?? assert.fail('no chart');
  const [left, right] = [56, 104];
  return { x: box.x + left + ((step - 1) / (summary.step - 1)) * (box.width - left - right), y: box.y + 20 };
}

describe('time', () => {
  it('a click shows a kept step: pictures, verdicts, words, gradients and gates are all of it', async () => {
    const { page, complaints } = await pages.openDrawn();
    const place = await placeOf(page, old);
    await page.mouse.click(place.x, place.y);
    await page.locator('#time h2', { hasText: `Step ${old}` }).waitFor();
    await page.locator(`#pane-raw[aria-label*="step ${old},"]`).waitFor();
    const then = nearestStep(recorded, old);
    const facts = then.weights[weightName]?.facts ?? assert.fail('no weight at that step');
    const said = await page.locator('.facts-line').innerText();
    assert.ok(said.includes(`exactly the ${integer(facts.dropped)} dropped`), said);
    const verdicts = await page.locator('#verdicts').innerText();
    for (const { sentence } of then.verdicts.verdicts)
      assert.ok(verdicts.includes(sentence), `${sentence} in ${verdicts}`);
    const first = then.gradients.saturation.layers[0]?.[1] ?? NaN;
    assert.ok((await page.locator('#gates').innerText()).includes(`f ${percent(first)}`));
    assert.match((await page.locator('#reach').getAttribute('aria-label')) ?? '', new RegExp(`at step ${old}:`));
    assert.ok((await page.locator('#text .line').innerText()).includes(`step ${old}`));
    const steps = (await asked(page)).filter(({ params }) => params?.['step'] === old).map(({ method }) => method);
    for (const method of ['weight', 'batch', 'verdicts', 'gradients', 'tokens'])
      assert.ok(steps.includes(method), method);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('a step whose tensors are gone shows its nearest kept one, and says so', async () => {
    const { page } = await pages.openDrawn();
    const gone = old + 30;
    const place = await placeOf(page, gone);
    await page.mouse.click(place.x, place.y);
    await page.locator('#weight .line', { hasText: `step ${old}, the nearest kept to ${gone}` }).waitFor();
    assert.ok((await page.locator('#verdicts .line').innerText()).includes(`step ${old}, the nearest kept`));
    await page.close();
  });

  it('a live run does not take the handle that a person holds', async () => {
    const { page } = await pages.openDrawn();
    await page.locator('#loss').focus();
    await page.keyboard.press('Home');
    await page.locator('#time h2', { hasText: 'Step 1' }).waitFor();
    await page.evaluate('stubHost.train(3)');
    await page.locator('#status', { hasText: `step ${summary.step + 3}` }).waitFor();
    assert.equal(await page.locator('#time h2').innerText(), 'Step 1');
    await page.keyboard.press('End');
    await page.locator('#time h2', { hasText: `Step ${summary.step + 3}` }).waitFor();
    await page.close();
  });

  it('says which steps are kept and what memory that takes', async () => {
    const { page } = await pages.openDrawn();
    await page.locator('#kept[aria-label^="steps kept"]').waitFor();
    const label = (await page.locator('#kept').getAttribute('aria-label')) ?? '';
    const { steps, bytes, limitBytes } = recorded.kept;
    const megabytes = (value: number) => integer(value / 1024 / 1024);
    assert.equal(
      label,
      `steps kept: ${steps.length} of ${summary.step}, ${megabytes(bytes)} MB of ${megabytes(limitBytes)} MB`,
    );
    assert.ok((await page.locator('#time .line').innerText()).includes(label));
    // What a small model holds is not nothing.
    await page.evaluate('stubHost.keptSteps = { ...stubHost.run.kept, bytes: 40 * 1024 - 1 }; stubHost.train(1)');
    await page.locator('#kept[aria-label*=", 40 kB of "]').waitFor();
    await page.close();
  });

  it('a drag brushes a range that every chart shows, Escape lets it go', async () => {
    const { page } = await pages.openDrawn();
    const [from, to] = [await placeOf(page, 40), await placeOf(page, 80)];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x - 20, to.y);
    await page.mouse.move(to.x, to.y);
    await page.mouse.up();
    const loss = (step: number) => fixed(train.loss[step - 1] ?? NaN, 3);
    await page.locator('.range', { hasText: `steps 40–80: loss ${loss(40)} to ${loss(80)}` }).waitFor();
    assert.ok((await page.locator('#gradients').innerText()).includes('steps 40–80'));
    assert.ok((await page.locator('.site-head').innerText()).includes('40–80'));
    await page.keyboard.press('Escape');
    await page.locator('.range:empty').waitFor({ state: 'attached' });
    await page.close();
  });
});

describe('a tensor of 4608 x 1152', () => {
  it('is drawn from exact tiles of at most 512 x 512 once zoomed, and whole from blocks with their reducer', async () => {
    const { page, complaints } = await pages.openDrawn();
    await page.evaluate('stubHost.setBig(4608, 1152)');
    await page.locator('.small-title', { hasText: '5,308,416 weights' }).waitFor();
    await page.locator('#pane-raw').focus();
    for (let times = 0; times < 6; times++) await page.keyboard.press('-');
    await page.locator('#pane-raw:not([aria-label*="per"])').waitFor();
    const tiles = (await asked(page, 'weight')).filter(({ params }) => params && 'window' in params);
    assert.ok(tiles.length > 0);
    for (const { params } of tiles) assert.ok(Number(params?.['maxCells']) <= 512 * 512, JSON.stringify(params));
    await page.keyboard.press('0');
    await page
      .locator('#pane-raw[aria-label*="rows 0 to 4607, columns 0 to 1151"][aria-label*="max |x| per"]')
      .waitFor();
    await page.locator('#pane-mask[aria-label*="kept share per"]').waitFor();
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('pans and zooms without stalling (the bench in test/bench/pane.ts tells how fast)', async () => {
    const { page } = await pages.openDrawn();
    await page.evaluate('stubHost.setBig(4608, 1152)');
    await page.locator('.small-title', { hasText: '5,308,416 weights' }).waitFor();
    for (const act of ['panning', 'zooming']) {
      const { perSecond } = await page.evaluate<Frames>(`probes.${act}('#pane-raw', 1500)`);
      process.stdout.write(`${act}: ${perSecond.toFixed(1)} frames a second\n`);
      assert.ok(perSecond >= 4, `${act}: ${perSecond}`);
    }
    await page.close();
  });
});

describe('promises', () => {
  it('what fails stands first and leads to its weight; what was not checked says so', async () => {
    const { page } = await pages.openDrawn();
    const name = '0.rnns.1.weight_hh_l0';
    const verdicts = [
      { rule: 'who-learns', holds: true, sentence: 'All 10 leaves have a gradient.' },
      { rule: 'derived', holds: false, sentence: 'derived differs from raw × mask in 3 cells.', name },
      { rule: 'eval-repeats', holds: null, sentence: '' },
    ];
    await page.evaluate(
      `stubHost.verdicts = ${JSON.stringify({ step: 7, verdicts })}; stubHost.notify('changed', { run: '' })`,
    );
    await page.locator('.verdict', { hasText: 'differs' }).waitFor();
    assert.match(await page.locator('.verdict').first().innerText(), /derived differs from raw × mask in 3 cells/);
    assert.match(await page.locator('#verdicts').innerText(), /Eval repeats itself\s+Not checked at step 7/);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.locator(`#pane-mask[aria-label*="${name}"]`).waitFor();
    const told = (await asked(page, 'chosen')).map(({ params }) => params?.['name']);
    assert.deepEqual(told, [name]);
    await page.close();
  });
});

describe('words', () => {
  it('stand on a ground that tells their loss, and say it when pointed at', async () => {
    const { page, complaints } = await pages.openDrawn();
    await page.getByRole('button', { name: 'Loss', exact: true }).click();
    const token = page.locator('#text .text-row').nth(1).locator('[class*="tint-"]').last();
    await token.hover();
    const { batch, tokens } = nearestStep(recorded);
    const loss = tokens.loss[1 * batch.length + batch.length - 2] ?? NaN;
    await page.locator('.text-say', { hasText: `Loss of predicting it: ${fixed(loss, 2)} nats` }).waitFor();
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('lose elements here and there under element dropout, none as a whole', async () => {
    const { page } = await pages.openDrawn();
    assert.ok((await page.locator('#text s').count()) > 0);
    await page.getByRole('button', { name: 'Element by element' }).click();
    await page.locator('#text .elements').first().waitFor();
    assert.equal(await page.locator('#text s').count(), 0);
    const shares = nearestStep(recorded).tokens.elementDropped;
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    assert.ok((await page.locator('.text-say').innerText()).includes(percent(mean)));
    await page.close();
  });
});

describe('distributions', () => {
  it('open in place of text and gradients, count zeros apart, and are the numbers of the run', async () => {
    const { page, complaints } = await pages.openDrawn();
    await page.getByRole('button', { name: 'Histograms' }).click();
    await page.locator('#histogram[aria-label*="Distribution"]').waitFor();
    await page.locator('#text').waitFor({ state: 'hidden' });
    const raw = sites.find(({ name }) => name === weightName)?.raw ?? '';
    for (const tensor of ['weight', 'gradient']) {
      const series =
        recorded.histograms.find((candidate) => candidate.name === raw && candidate.of === tensor) ??
        assert.fail(`no ${tensor}`);
      const last = series.steps.length - 1;
      const median = significant(series.quantiles[last * 9 + 4] ?? NaN);
      const zeros = `${integer(series.zeros[last] ?? 0)} exact zeros`;
      await page
        .locator(`#histogram[aria-label*="${tensor} ${raw}"][aria-label*="median ${median}"][aria-label*="${zeros}"]`)
        .waitFor();
      if (tensor === 'weight') await page.getByRole('button', { name: 'Of the gradient' }).click();
    }
    await page.getByRole('button', { name: 'As bands' }).click();
    await page.locator('#histogram').focus();
    await page.keyboard.press('t');
    assert.match(await page.locator('dialog h2').innerText(), /^Distribution of the gradient/);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Close histograms' }).click();
    await page.locator('#text').waitFor();
    assert.deepEqual(complaints, []);
    await page.close();
  });
});

describe('masks as blocks', () => {
  it('are cut along the axis one walks: a row of the batch is the same at every time step', async () => {
    const { page } = await pages.openDrawn();
    await page.locator('.site[data-site="0.input_dp"]').click();
    await page.getByLabel('Axis to walk along').selectOption('batch');
    await page.locator('#mask[aria-label*="cut at batch row 0, time by features"]').waitFor();
    await page.getByLabel('Place along batch').fill('4');
    await page.locator('#mask[aria-label*="cut at batch row 3"]').waitFor();
    await page.locator('#mask').focus();
    await page.keyboard.press('t');
    const rows = await page.locator('dialog tbody tr').allInnerTexts();
    const time = recorded.snapshot.run?.description?.config.bptt ?? 0;
    assert.equal(rows.length, time);
    assert.equal(new Set(rows.map((row) => row.replace(/^\S+\s/, ''))).size, 1);
    await page.close();
  });
});
