/** What if: sliders, the question they lead to, and an answer whose numbers are the run's. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { pairedDifference, summaryOf } from '../../src/shared/pairedDraws.ts';
import { layerNorms } from '../../webview/inspector/layerNorms.ts';
import { fixed, signed, significant } from '../../webview/shared/format.ts';
import { asked, InspectorPages, recorded, tableOf, until } from './inspectorPage.ts';
import { nearestStep } from './recordedRun.ts';
import { seriousFindings } from './seriousFindings.ts';
import { themes, type ThemeName } from './themes.ts';

const [asTrained, moreDropped] = recorded.whatIf;
if (!asTrained || !moreDropped) assert.fail('the fixture holds no answers to what if');
const { step } = asTrained;
const SITE = '0.rnns.0.weight_hh_l0';

const pages = await InspectorPages.start();
after(() => pages.stop());

async function open(options: Parameters<InspectorPages['openDrawn']>[0] = {}) {
  const opened = await pages.openDrawn(options);
  await opened.page.getByRole('button', { name: 'What if' }).click();
  await answered(opened.page, 'as trained:');
  return opened;
}

const answered = (page: Page, words: string) =>
  page.locator('.what-if-answer:not(.dimmed)', { hasText: words }).waitFor();

/** Moves the number of a key and waits for what was recorded of that. */
async function dropMore(page: Page): Promise<void> {
  await page.getByLabel('weight_p as a number').fill('0.5');
  await answered(page, '(as trained');
}

const questions = async (page: Page) => (await asked(page, 'whatIf')).map(({ params }) => params);

describe('the answer', () => {
  it('is of the step viewed, first as trained, and says that draw 1 is the step itself', async () => {
    const { page, complaints } = await open();
    assert.deepEqual(await questions(page), [{ run: 'recorded', step, changes: {} }]);
    const { mean, standardError } = summaryOf(asTrained.asTrained.ce);
    const words = await page.locator('.what-if-answer').innerText();
    const [off = NaN] = asTrained.withoutDropout;
    assert.equal(
      words,
      `Mean cross-entropy of 16 draws as trained: ${fixed(mean, 3)} ± ${fixed(standardError, 3)}, without dropout ${fixed(off, 3)}. Perplexity ${fixed(Math.exp(mean), 2)}.`,
    );
    assert.match(await page.locator('#what-if').innerText(), /draw 1 as trained is step 160, bit for bit/);
    assert.match(await page.locator('#what-if > .line').innerText(), /step 160, frozen/);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('to another p gives both means, their paired difference, every draw and the gradients: the run’s numbers', async () => {
    const { page, complaints } = await open();
    await dropMore(page);
    const [before, after] = [moreDropped.asTrained.ce, moreDropped.changed.ce];
    const difference = pairedDifference(before, after);
    const words = await page.locator('.what-if-answer').innerText();
    assert.ok(words.includes(`${fixed(summaryOf(after).mean, 3)} ± `), words);
    assert.ok(words.includes(`(as trained ${fixed(summaryOf(before).mean, 3)} ± `), words);
    assert.ok(words.includes(`: ${signed(difference.mean, 3)} ± ${fixed(difference.standardError, 3)}.`), words);
    assert.equal(await page.locator('#what-if .cut', { hasText: 'weight_p 0.50 instead of 0.20' }).count(), 1);
    const draws = await tableOf(page, '#what-if-losses');
    assert.deepEqual(
      draws.slice(0, 16),
      Array.from(before, (loss, at) => {
        const other = after[at] ?? NaN;
        return [String(at + 1), fixed(loss, 4), fixed(other, 4), signed(other - loss, 4)];
      }),
    );
    assert.deepEqual(
      await tableOf(page, '#what-if-gradients'),
      layerNorms(moreDropped).map(({ name, before, after }) => [name, significant(before), significant(after)]),
    );
    const names = layerNorms(moreDropped).map(({ name }) => name);
    assert.deepEqual(names, ['encoder', 'rnns.0', 'rnns.1', 'decoder']);
    const label = (await page.locator('#what-if-losses').getAttribute('aria-label')) ?? '';
    assert.ok(label.includes(words), label);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('colours words by the change of their loss, and keys read each of them', async () => {
    const { page } = await open();
    await dropMore(page);
    const text = page.getByRole('group', { name: 'Words of the batch by the change of their loss' });
    await text.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const rows = await page.locator('.what-if-text .text-row').count();
    assert.equal(rows, 5);
    const [, said = ''] =
      /loss ([\d.]+ → [\d.]+) nats/.exec(await page.locator('.what-if-text .what-if-note').innerText()) ?? [];
    const table = await tableOfWords(page);
    assert.ok(
      table.some(([, , , before, after]) => `${Number(before).toFixed(2)} → ${Number(after).toFixed(2)}` === said),
      said,
    );
    const changes = table.map((cells) => Math.abs(Number(cells[5]?.replace('\u2212', '-'))));
    const coloured = await page.locator('.what-if-text [class*="harder-"], .what-if-text [class*="easier-"]').count();
    assert.equal(coloured, changes.filter((change) => change >= 0.02).length);
    await page.close();
  });
});

async function tableOfWords(page: Page): Promise<string[][]> {
  return tableOf(page, '.what-if-text .text');
}

describe('the mask', () => {
  it('is the one the step drew, and at a higher p drops all of it and more, at once', async () => {
    const { page } = await open();
    await page.evaluate("stubHost.held = ['whatIf']");
    await page.getByLabel('weight_p as a number').fill('0.45');
    await page.locator('#what-if-mask[aria-label*="p 0.45 instead of 0.20"]').waitFor();
    const cells = await tableOf(page, '#what-if-mask');
    const mask = nearestStep(recorded).weights[SITE]?.panes.mask.detail ?? assert.fail('no mask');
    assert.ok(cells.length > 100, `${cells.length} cells`);
    for (const [row, column, before, after] of cells) {
      const value = mask.data[Number(row) * (mask.shape[1] ?? 1) + Number(column)];
      assert.equal(before, value === 0 ? 'dropped' : 'kept');
      if (before === 'dropped') assert.equal(after, 'dropped');
    }
    assert.ok(cells.filter(([, , , after]) => after === 'dropped').length > cells.length / 3);
    const dropped = cells.filter(([, , before]) => before === 'dropped').length;
    assert.match(await page.locator('.what-if-last').innerText(), new RegExp(`: all ${dropped} are among the \\d+;`));
    await page.close();
  });

  it('is that of the site that is selected', async () => {
    const { page } = await open();
    await page.locator('.site[data-site="0.encoder_dp"]').click();
    await page.locator('#what-if-mask[aria-label*="mask 0.encoder_dp at step 160, p 0.05"]').waitFor();
    await page.close();
  });
});

describe('sliders', () => {
  it('move by keys, ask a moment later and once, and go back alone or together', async () => {
    const { page } = await open();
    const slider = page.getByLabel('weight_p', { exact: true });
    await slider.focus();
    for (let presses = 0; presses < 30; presses++) await page.keyboard.press('ArrowRight');
    await answered(page, '(as trained');
    assert.equal(await slider.inputValue(), '0.5');
    assert.equal(await slider.getAttribute('aria-valuetext'), '0.50, trained with 0.20');
    const changed = (await questions(page)).map((params) => params?.['changes']);
    assert.ok(changed.length < 10, `${changed.length} questions`);
    assert.deepEqual(changed.at(-1), { weight_p: 0.5 });
    await page.getByRole('button', { name: 'weight_p back to 0.20, as trained' }).click();
    await answered(page, 'as trained:');
    assert.equal(await slider.inputValue(), '0.2');
    await page.getByLabel('drop_mult as a number').fill('0.5');
    await answered(page, '(as trained');
    await page.getByRole('button', { name: 'All as trained' }).click();
    await answered(page, 'as trained:');
    await page.close();
  });

  it('stay where they were moved when an answer comes before the page has drawn the move', async () => {
    const { page } = await open();
    await page.evaluate("stubHost.held = ['whatIf']");
    await page.getByLabel('weight_p as a number').fill('0.4');
    await until(page, "stubHost.asked.filter(({ method }) => method === 'whatIf').length === 2");
    // The answer and the move in one go, between two frames.
    await page.evaluate(`(() => {
      const slider = document.querySelector('.what-if-sliders input[aria-label="weight_p"]');
      slider.value = '0.5';
      slider.dispatchEvent(new Event('input'));
      stubHost.release('whatIf');
    })()`);
    await answered(page, '(as trained');
    assert.equal(await page.getByLabel('weight_p', { exact: true }).inputValue(), '0.5');
    await page.close();
  });

  it('refuse a number that is none of the range in one sentence, and ask nothing', async () => {
    const { page, complaints } = await open();
    const before = (await questions(page)).length;
    for (const [key, value, sentence] of [
      ['weight_p', '1.5', 'weight_p: 1.5 is outside [0, 1): a probability from 0 to below 1'],
      ['weight_p', '', 'weight_p: NaN is outside [0, 1): a probability from 0 to below 1'],
      ['weight_p', '0.2', 'as trained:'],
      ['drop_mult', '6', 'input_p: 0.25 times drop_mult 6 is 1.5, outside [0, 1]'],
    ] as const) {
      await page.getByLabel(`${key} as a number`).fill(value);
      await answered(page, sentence);
    }
    await page.waitForTimeout(500);
    const asked = (await questions(page)).slice(before).map((params) => params?.['changes']);
    assert.ok(
      asked.every((changes) => JSON.stringify(changes) === '{}'),
      JSON.stringify(asked),
    );
    assert.equal(await page.getByRole('button', { name: 'Train with these' }).isDisabled(), true);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('tell how far the answer is; one that is outdated is withdrawn and never shown', async () => {
    const { page } = await open();
    await page.evaluate("stubHost.held = ['whatIf']");
    await page.getByLabel('weight_p as a number').fill('0.5');
    await page.locator('#what-if > .line', { hasText: 'draw 5 of 16' }).waitFor();
    await page.locator('.what-if-answer.dimmed', { hasText: 'as trained:' }).waitFor();
    await page.getByLabel('weight_p as a number').fill('0.2');
    await until(page, "stubHost.asked.some(({ method }) => method === '$/cancelRequest')");
    await page.evaluate("stubHost.release('whatIf')");
    await answered(page, 'as trained:');
    assert.doesNotMatch(await page.locator('#what-if > .line').innerText(), /draw/);
    await page.close();
  });
});

describe('the step', () => {
  it('stays while the run goes on, until another is taken; choices outlive a reload', async () => {
    const { page } = await open();
    await dropMore(page);
    await page.evaluate('stubHost.train(3)');
    await page.locator('#time h2', { hasText: `Step ${step + 3}` }).waitFor();
    assert.match(await page.locator('#what-if > .line').innerText(), /step 160, frozen/);
    await page.locator('#loss').focus();
    await page.keyboard.press('Home');
    await page.locator('#pane-raw[aria-label*="step 80,"]').waitFor();
    await page.getByRole('button', { name: 'Take the step viewed' }).click();
    await until(page, "stubHost.asked.some(({ method, params }) => method === 'whatIf' && params.step === 80)");
    await page.reload();
    await page.locator('.what-if-answer', { hasText: '(as trained' }).waitFor();
    assert.equal(await page.getByLabel('weight_p as a number').inputValue(), '0.5');
    await page.getByRole('button', { name: 'Close what if' }).click();
    await page.locator('#text').waitFor();
    await page.close();
  });

  it('that cannot be passed again says why', async () => {
    const { page } = await pages.openDrawn();
    await page.evaluate("stubHost.failure = 'step 160: the state it began with was not kept'");
    await page.getByRole('button', { name: 'What if' }).click();
    await page.locator('.what-if-answer', { hasText: 'the state it began with was not kept' }).waitFor();
    await page.close();
  });
});

describe('taking it along', () => {
  it('as keys of a config, as arguments of fastai, and as a run', async () => {
    const { page } = await open();
    await dropMore(page);
    await page.getByRole('button', { name: 'Copy as dropscope.json keys' }).click();
    await page.getByRole('button', { name: 'Copy as fastai arguments' }).click();
    await page.getByRole('button', { name: 'Train with these' }).click();
    await until(page, "stubHost.asked.some(({ method }) => method === 'trainWith')");
    const [keys, fastai] = (await asked(page, 'copy')).map(({ params }) => String(params?.['text']));
    const values = { embed_p: 0.05, input_p: 0.25, weight_p: 0.5, hidden_p: 0.15, output_p: 0.1, drop_mult: 1 };
    assert.deepEqual(JSON.parse(`{${keys}}`), values);
    assert.equal(
      fastai,
      "config={**awd_lstm_lm_config, 'embed_p': 0.05, 'input_p': 0.25, 'weight_p': 0.5, 'hidden_p': 0.15, 'output_p': 0.1}, drop_mult=1",
    );
    assert.deepEqual(
      (await asked(page, 'trainWith')).map(({ params }) => params),
      [{ run: 'recorded', changes: { weight_p: 0.5 } }],
    );
    await page.close();
  });

  it('each picture as SVG with its words', async () => {
    const { page } = await open();
    for (const name of ['losses of the draws', 'gradient by layer', 'mask']) {
      await page.getByRole('button', { name: 'Save or copy what if' }).click();
      await page.getByRole('menuitemradio', { name, exact: true }).click();
      await page.getByRole('menuitem', { name: 'Save as SVG…' }).click();
    }
    await until(page, "stubHost.asked.filter(({ method }) => method === 'save').length === 3");
    await page.close();
  });
});

describe('for everyone', () => {
  for (const theme of Object.keys(themes) as ThemeName[])
    it(`${theme}: axe-core finds nothing serious`, async () => {
      const { page, complaints } = await open({ theme });
      await dropMore(page);
      await page.evaluate(axe.source);
      assert.deepEqual(await seriousFindings(page), []);
      assert.deepEqual(complaints, []);
      await page.close();
    });

  for (const width of [360, 480, 700, 900, 1400, 2000])
    it(`${width} px: nothing runs over the side, and nothing moves when the answer comes`, async () => {
      const { page } = await pages.openDrawn({ width, before: "stubHost.held = ['whatIf'];" });
      await page.getByRole('button', { name: 'What if' }).click();
      await page.locator('#what-if > .line', { hasText: 'draw 5 of 16' }).waitFor();
      const before = await page.evaluate('probes.boxes()');
      await page.evaluate("stubHost.release('whatIf')");
      await answered(page, 'as trained:');
      await dropMore(page);
      assert.deepEqual(await page.evaluate('probes.boxes()'), before);
      assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= width);
      await page.close();
    });
});
