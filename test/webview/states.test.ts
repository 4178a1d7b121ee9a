/** The page in every state of a run, in every theme and width, for every reader. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { asked, InspectorPages, recorded, recordedText, until } from './inspectorPage.ts';
import { seriousFindings } from './seriousFindings.ts';
import { themes, type ThemeName } from './themes.ts';

const { summary } = recorded.snapshot.run ?? assert.fail('the fixture holds no run');

const pages = await InspectorPages.start();
after(() => pages.stop());

async function commands(page: Page): Promise<unknown[]> {
  return (await asked(page, 'command')).map(({ params }) => params?.['command']);
}

describe('states', () => {
  it('without a run: says so and offers the sample', async () => {
    const { page, complaints } = await pages.open(recordedText);
    await page.evaluate('stubHost.setSnapshot({ runs: [], run: null })');
    await page.locator('#status', { hasText: 'No run yet' }).waitFor();
    assert.match(await page.locator('#weight').innerText(), /Steps appear here once a run records one/);
    // Beside what the charts are of nothing is drawn, no number of an axis that nothing was measured on.
    for (const chart of ['#loss', '#gradient-norm'])
      assert.equal(await page.evaluate(`probes.ink('${chart}', 30)`), 0, chart);
    await page.getByRole('button', { name: 'Train the sample' }).click();
    assert.deepEqual(await commands(page), ['trainSample']);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('while a step is read: says which, and shows each part as soon as it is there', async () => {
    const { page, complaints } = await pages.open(recordedText, { before: "stubHost.held = ['weight', 'reach'];" });
    const { kept } = recorded;
    const words = new RegExp(`^Reading step ${summary.step}, one of the ${kept.steps.length} kept`);
    await page.locator('#say', { hasText: words }).waitFor();
    await page.locator(`#kept[aria-label^="steps kept: ${kept.steps.length} of"]`).waitFor();
    const label = (id: string) => page.locator(id).getAttribute('aria-label');
    assert.equal(await label('#pane-raw'), 'raw: being read');
    await page.evaluate("stubHost.release('weight')");
    await page.locator(`#pane-raw[aria-label*="step ${summary.step}"]`).waitFor();
    await page.locator('#verdicts', { hasText: `at step ${summary.step}` }).waitFor();
    assert.equal(await label('#reach'), 'Gradient by time step: being read');
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('nothing moves between starting and the first step, and nothing of another run stays', async () => {
    const { page, complaints } = await pages.openDrawn();
    const live = await page.evaluate('probes.boxes()');
    const inks = 'probes.pixels("#pane-raw", [[60, 60], [90, 120], [150, 200]])';
    const full = await page.evaluate(inks);
    await page.evaluate("stubHost.setStarting('wasm backend, self-test')");
    await page.locator('#status', { hasText: 'Starting: wasm backend, self-test' }).waitFor();
    const starting = await page.evaluate('probes.boxes()');
    const stable = (boxes: unknown) =>
      Object.entries(boxes as Record<string, string>).filter(([name]) => !/sites|verdicts/.test(name));
    assert.deepEqual(stable(starting), stable(live));
    assert.notDeepEqual(await page.evaluate(inks), full);
    assert.deepEqual(await page.evaluate(inks), ['0,0,0,0', '0,0,0,0', '0,0,0,0']);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('paused: continues with F5 and steps with F10', async () => {
    const { page } = await pages.openDrawn();
    await page.evaluate("stubHost.setSummary({ status: 'paused' })");
    await page.locator('#status', { hasText: `Paused at step ${summary.step}` }).waitFor();
    await page.keyboard.press('F5');
    await page.keyboard.press('F10');
    await page.keyboard.press('Shift+F5');
    assert.deepEqual(await commands(page), ['resume', 'step', 'stop']);
    await page.close();
  });

  it('asked to pause, then to stop: says so at once, takes nothing twice, and the focus stays with the buttons', async () => {
    const { page, complaints } = await pages.openDrawn();
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    const focused = 'document.activeElement.dataset.command';
    await page.evaluate("stubHost.setSummary({ status: 'running' })");
    await button('Pause').focus();
    await page.evaluate("stubHost.setSummary({ status: 'running', halting: { by: 'pause', after: 'step' } })");
    await page.locator('#status', { hasText: 'Pausing after this step…' }).waitFor();
    assert.equal(await button('Pause').getAttribute('aria-disabled'), 'true');
    assert.equal(await page.evaluate(focused), 'pause');
    await page.keyboard.press('Enter');
    await page.keyboard.press('F5');
    assert.deepEqual(await commands(page), []);
    await button('Stop').focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(await commands(page), ['stop'], 'a run that pauses can be stopped');

    await page.evaluate("stubHost.setSummary({ halting: { by: 'stop', after: 'writing' } })");
    await page.locator('#status', { hasText: 'Stopping: writing a checkpoint…' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Shift+F5');
    assert.deepEqual(await commands(page), ['stop']);
    await page.evaluate(axe.source);
    assert.deepEqual(await seriousFindings(page), []);
    await page.evaluate("stubHost.setSummary({ status: 'stopped', halting: undefined })");
    await page.locator('#status', { hasText: 'Stopped at step' }).waitFor();
    assert.equal(await page.evaluate(focused), 'stop', 'not on what would start it again');
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('trained by another process: the first line says so, and nothing offers to steer it', async () => {
    const { page } = await pages.openDrawn();
    const steering = ['Continue', 'Step one batch', 'Stop'];
    const enabled = () =>
      Promise.all(steering.map((name) => page.getByRole('button', { name, exact: true }).isEnabled()));
    await page.evaluate("stubHost.setSummary({ status: 'paused' })");
    await page.locator('#status', { hasText: 'Paused at step' }).waitFor();
    assert.deepEqual(await enabled(), [true, true, true]);
    await page.evaluate("stubHost.setSummary({ status: 'paused', elsewhere: true })");
    await page.locator('#status', { hasText: 'Paused, by another process, at step' }).waitFor();
    assert.deepEqual(await enabled(), [false, false, false]);
    await page.keyboard.press('F5');
    assert.deepEqual(await commands(page), []);
    await page.evaluate("stubHost.setSummary({ status: 'running', elsewhere: true })");
    await page.locator('#status', { hasText: 'Training, by another process, step' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Pause', exact: true }).isEnabled(), false);
    await page.close();
  });

  it('paused by its button: the focus is on the one that continues', async () => {
    const { page } = await pages.openDrawn();
    await page.evaluate("stubHost.setSummary({ status: 'running' })");
    await page.getByRole('button', { name: 'Pause' }).focus();
    await page.evaluate("stubHost.setSummary({ halting: { by: 'pause', after: 'evaluation' } })");
    await page.locator('#status', { hasText: 'Pausing after this evaluation…' }).waitFor();
    await page.evaluate("stubHost.setSummary({ status: 'paused', halting: undefined })");
    await page.locator('#status', { hasText: 'Paused at step' }).waitFor();
    await page.keyboard.press('Enter');
    assert.deepEqual(await commands(page), ['resume']);
    await page.close();
  });

  it('failed: the sentence names the tensor and the run can be resumed', async () => {
    const { page } = await pages.openDrawn();
    await page.evaluate(
      "stubHost.setSummary({ status: 'failed', message: 'the loss is not finite', tensor: '0.rnns.0' })",
    );
    await page.locator('#status', { hasText: 'the loss is not finite; first tensor not finite: 0.rnns.0' }).waitFor();
    await page.getByRole('button', { name: 'Resume from the last checkpoint' }).click();
    assert.deepEqual(await commands(page), ['resume']);
    await page.close();
  });

  it('a host that does not answer: reconnecting, with the last step seen, and back', async () => {
    const { page } = await pages.openDrawn();
    await page.clock.install();
    await page.evaluate("stubHost.silent = true; stubHost.notify('changed', { run: '' })");
    await page.clock.runFor(9000);
    await page.locator('#status', { hasText: `Reconnecting, last seen step ${summary.step}` }).waitFor();
    assert.equal(await page.locator('.transport button:not([disabled])').count(), 0);
    await page.evaluate('stubHost.silent = false');
    await page.clock.runFor(5000);
    await page.locator('#status', { hasText: `Done at step ${summary.step}` }).waitFor();
    await page.close();
  });
});

describe('numbers that cannot be had', () => {
  it('keep the last picture with its step, and say why', async () => {
    const { page, complaints } = await pages.openDrawn();
    await page.evaluate("stubHost.failure = 'the engine was stopped'; stubHost.train(1)");
    await page.locator('#say', { hasText: `the engine was stopped (shown: step ${summary.step})` }).waitFor();
    assert.match(
      (await page.locator('#pane-mask').getAttribute('aria-label')) ?? '',
      new RegExp(`step ${summary.step}`),
    );
    assert.deepEqual(complaints, []);
    await page.close();
  });
});

describe('a live run', () => {
  it('appends steps, asks for tensors at most four times a second, and not while hidden', async () => {
    const { page, complaints } = await pages.openDrawn();
    const seen = (await asked(page, 'weight')).length;
    const rounds = async () => (await asked(page, 'weight')).slice(seen).map(({ ms }) => ms);
    while ((await rounds()).length < 8) {
      await page.evaluate('stubHost.train(1)');
      await page.waitForTimeout(60);
    }
    const times = await rounds();
    const [began = NaN, ended = NaN] = [times[0], times.at(-1)];
    // A tenth less: a page that is held between two lines tells of its question a little late.
    assert.ok(ended - began >= 0.9 * 250 * (times.length - 1), times.join());
    await page.locator('#status', { hasText: 'Training, step' }).waitFor();
    await page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })");
    // What was under way comes to its end.
    await until(page, 'performance.now() - stubHost.asked.at(-1).ms > 600');
    const hiddenFrom = (await asked(page)).length;
    await page.evaluate('stubHost.train(1)');
    await page.waitForTimeout(600);
    assert.equal((await asked(page)).length, hiddenFrom);
    await page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))");
    await until(page, `stubHost.asked.length > ${hiddenFrom}`);
    assert.deepEqual(complaints, []);
    await page.close();
  });
});

describe('what was chosen', () => {
  it('survives a reload', async () => {
    const { page } = await pages.openDrawn();
    const second = '0.rnns.1.weight_hh_l0';
    await page.locator(`.site[data-site="${second}"]`).click();
    await page.getByRole('button', { name: 'As perplexity' }).click();
    await page.locator(`#pane-mask[aria-label*="${second}"]`).waitFor();
    await page.locator('#loss[aria-label*="perplexity"]').waitFor();
    // Choices are kept with the next frame, which a reload just then would not wait for.
    await until(page, `/"measure":"perplexity"/.test(sessionStorage.getItem('state'))`);
    await page.reload();
    await page.locator(`#pane-mask[aria-label*="${second}"]`).waitFor();
    await page.locator('#loss[aria-label*="perplexity"]').waitFor();
    await page.close();
  });

  it('gives way to a new choice in the tree', async () => {
    const { page } = await pages.openDrawn();
    await page.evaluate("stubHost.notify('select', { name: '0.hidden_dps.0' })");
    await page.locator('#mask[aria-label*="0.hidden_dps.0"]').waitFor();
    assert.equal(await page.locator('.site[aria-pressed=true]').getAttribute('data-site'), '0.hidden_dps.0');
    await page.close();
  });
});

describe('themes, widths and readers', () => {
  for (const theme of Object.keys(themes) as ThemeName[])
    it(`${theme}: no serious finding of axe, in panes and masks`, async () => {
      const { page, complaints } = await pages.openDrawn({ theme });
      await page.evaluate(axe.source);
      assert.deepEqual(await seriousFindings(page), []);
      await page.locator('.site[data-site="0.encoder_dp"]').click();
      await page.locator('.words').waitFor();
      await page.getByRole('button', { name: 'Loss', exact: true }).click();
      assert.deepEqual(await seriousFindings(page), []);
      await page.locator('.site[data-site="0.input_dp"]').click();
      await page.getByLabel('Axis to walk along').waitFor();
      await page.getByRole('button', { name: 'Histograms' }).click();
      await page.locator('#histogram[aria-label*="Distribution"]').waitFor();
      assert.deepEqual(await seriousFindings(page), []);
      assert.deepEqual(complaints, []);
      await page.close();
    });

  it('draws anew when the theme changes', async () => {
    const { page } = await pages.openDrawn({ theme: 'dark' });
    const probe = 'probes.pixels("#pane-mask", [[2, 18], [14, 18], [26, 18], [38, 18], [50, 18]])';
    const dark = await page.evaluate(probe);
    await page.evaluate(themes.light.apply);
    await until(page, `${probe}.includes('156,156,156,255')`);
    assert.notDeepEqual(await page.evaluate(probe), dark);
    await page.close();
  });

  for (const width of [360, 480, 720, 721, 900, 1120, 1121, 1400, 2000])
    it(`${width} px: nothing runs over the side or is cut without a word`, async () => {
      const { page } = await pages.openDrawn({ width });
      const scroll = await page.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(scroll <= width, `the page is ${scroll} px wide`);
      assert.deepEqual(await page.evaluate('probes.cutTexts()'), []);
      const header = await page.locator('header').innerText();
      for (const fact of ['Done', 'loss', 'valid', 'introspection'])
        assert.ok(header.includes(fact), `${fact} in ${header}`);
      await page.close();
    });

  it('fits 1400 x 900 without scrolling', async () => {
    const { page } = await pages.openDrawn();
    const height = () => page.evaluate<number>('document.documentElement.scrollHeight');
    assert.equal(await height(), 900);
    await page.getByRole('button', { name: 'Loss', exact: true }).click();
    await page.locator('.text-say', { hasText: 'nats (violet)' }).waitFor();
    assert.equal(await height(), 900, 'with the legend of the loss');
    await page.getByRole('button', { name: 'Histograms' }).click();
    await page.locator('#histogram[aria-label*="Distribution"]').waitFor();
    await page.locator('.histogram-legend', { hasText: 'Height' }).waitFor();
    assert.equal(await height(), 900, 'with histograms in place of text and gradients');
    await page.close();
  });
});
