/** How far the gradient reaches back, promises checked on demand, and what the budget for introspection does. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { significant } from '../../webview/shared/format.ts';
import { asked, InspectorPages, recorded, tableOf, until } from './inspectorPage.ts';
import { nearestStep } from './recordedRun.ts';

const { summary } = recorded.snapshot.run ?? assert.fail('the fixture holds no run');
const newest = nearestStep(recorded);

const pages = await InspectorPages.start();
after(() => pages.stop());

const expectedTable = (norms: readonly Float32Array[]) =>
  Array.from(norms[0] ?? [], (_, time) => [String(time + 1), ...norms.map((each) => significant(each[time] ?? NaN))]);

describe('reach', () => {
  it('is that of the last prediction, and by choice of the whole loss: the numbers are the run’s', async () => {
    const { page, complaints } = await pages.openDrawn();
    const { reach, gradients } = newest;
    const label = (await page.locator('#reach').getAttribute('aria-label')) ?? '';
    assert.ok(
      label.includes(
        `last prediction by time step and layer at step ${summary.step}: 99 % lies in the last ${Math.max(...reach.reach99)} of 35 words`,
      ),
      label,
    );
    assert.deepEqual(await tableOf(page, '#reach'), expectedTable(reach.timeNorms));
    await page.getByLabel('Gradient of which loss').selectOption('whole loss');
    await page
      .locator(`#reach[aria-label*="whole loss"][aria-label*="last ${Math.max(...gradients.reach99)} of 35"]`)
      .waitFor();
    assert.deepEqual(await tableOf(page, '#reach'), expectedTable(gradients.timeNorms));
    await page.reload();
    await page.locator('#reach[aria-label*="whole loss"]').waitFor();
    assert.equal(await page.getByLabel('Gradient of which loss').inputValue(), 'loss');
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('fades into the past, unlike the whole loss: so do the colours', async () => {
    const { page } = await pages.openDrawn();
    const brightness = async () => {
      const box = (await page.locator('#reach').boundingBox()) ?? assert.fail('no strip');
      const cell = (box.width - 28) / 35;
      const points = [0, 17, 34].map((time) => [28 + (time + 0.5) * cell, 20]);
      const found = await page.evaluate<string[]>(`probes.pixels('#reach', ${JSON.stringify(points)})`);
      return found.map((pixel) => pixel.split(',').reduce((sum, part, at) => (at < 3 ? sum + Number(part) : sum), 0));
    };
    const [first = 0, middle = 0, last = 0] = await brightness();
    assert.ok(first < middle && middle < last, `${first} ${middle} ${last}`);
    await page.getByLabel('Gradient of which loss').selectOption('whole loss');
    await page.locator('#reach[aria-label*="whole loss"]').waitFor();
    const [from = 0, , to = 0] = await brightness();
    assert.ok(Math.abs(to - from) < (last - first) / 2, `${from} ${to}`);
    await page.close();
  });

  it('is asked for seldom while a run is followed, and of the step that was chosen', async () => {
    const { page } = await pages.openDrawn();
    await page.evaluate('Object.values(stubHost.run.steps).forEach((step) => (step.reach.ms = 1e6))');
    // The answer that says how long it takes is not seen before the next one.
    await page.evaluate("stubHost.setSummary({ status: 'running' })");
    await page.locator('#loss').focus();
    await page.keyboard.press('ArrowLeft');
    await page.locator(`#reach[aria-label*="step ${summary.step - 1}:"]`).waitFor();
    await page.keyboard.press('End');
    const before = (await asked(page, 'reach')).length;
    for (let times = 0; times < 3; times++) {
      const { length } = await asked(page, 'kept');
      await page.evaluate('stubHost.train(1)');
      // Everything else of a step is asked for.
      await until(page, `stubHost.asked.filter(({ method }) => method === 'kept').length > ${length}`);
    }
    assert.equal((await asked(page, 'reach')).length, before);
    assert.match(await page.locator('.reach-line').innerText(), new RegExp(`step ${summary.step - 1},`));
    await page.close();
  });
});

describe('promises on demand', () => {
  it('are checked at the latest step, and a run that goes on stays there', async () => {
    const { page, complaints } = await pages.openDrawn();
    await page.evaluate("stubHost.setSummary({ status: 'running' })");
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.locator('#time', { hasText: 'latest' }).waitFor();
    assert.equal((await asked(page, 'check')).length, 1);
    await page.evaluate('stubHost.train(5)');
    await page.locator('#time h2', { hasText: `Step ${summary.step}` }).waitFor();
    await page.locator('#time', { hasText: '5 before the latest' }).waitFor();
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('that cannot be checked say why', async () => {
    const { page } = await pages.openDrawn();
    await page.evaluate("stubHost.uncheckable = 'run x: its model is not loaded'");
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.locator('#verdicts', { hasText: 'not checked: run x: its model is not loaded' }).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Check now' }).isEnabled());
    await page.close();
  });
});

describe('a run whose engine is gone', () => {
  it('tells which steps its folder holds, and nothing of a budget', async () => {
    const { page } = await pages.openDrawn();
    await page.evaluate(
      "stubHost.keptSteps = { ...stubHost.run.kept, bytes: 3 * 2 ** 20, limitBytes: 128 * 2 ** 20, where: 'folder', budget: null }; stubHost.train(1)",
    );
    const last = summary.step + 1;
    await page.locator('#time', { hasText: `steps kept in the run folder: 4 of ${last}, 3.0 MB of 128 MB` }).waitFor();
    assert.match(await page.locator('header .cost').innerText(), /^\d+\.\d % of time$/);
    await page.close();
  });
});

describe('the budget for introspection', () => {
  it('is named beside its cost and leads to its setting', async () => {
    const { page } = await pages.openDrawn();
    const cost = page.locator('header .cost');
    const percent = recorded.kept.budget?.percent;
    assert.match(await cost.innerText(), new RegExp(`^\\d+\\.\\d % of time, budget ${percent} %$`));
    assert.match((await cost.getAttribute('title')) ?? '', /dropscope\.introspection\.budgetPercent/);
    await cost.click();
    assert.equal((await asked(page, 'openBudget')).length, 1);
    await page.close();
  });

  for (const width of [360, 480, 721, 900, 1121, 1400])
    it(`never leaves the header, ${width} px, also while steps are passed over`, async () => {
      const { page } = await pages.openDrawn({ width });
      await page.evaluate(
        "stubHost.keptSteps = { ...stubHost.run.kept, every: 16, budget: { percent: 10, backedOff: 'over' } }; stubHost.setSummary({ status: 'running' })",
      );
      await page.locator('header .cost', { hasText: 'every 16th step' }).waitFor();
      const [cost, facts] = await Promise.all(
        ['header .cost', 'header .facts'].map((place) => page.locator(place).boundingBox()),
      );
      if (!cost || !facts) assert.fail('no cost in the header');
      assert.ok(
        cost.y >= facts.y - 1 && cost.y + cost.height <= facts.y + facts.height + 1,
        JSON.stringify([cost, facts]),
      );
      assert.ok(cost.x + cost.width <= facts.x + facts.width + 1, JSON.stringify([cost, facts]));
      await page.close();
    });

  it('that has steps passed over says so, to eyes and ears, as long as it lasts', async () => {
    const { page } = await pages.openDrawn();
    const said = 'introspection keeps to 10 % of time: about every 4th step is recorded now';
    const budget = (backedOff: string, every: number) =>
      page.evaluate(
        `stubHost.keptSteps = { ...stubHost.run.kept, every: ${every}, budget: { percent: 10, backedOff: '${backedOff}' } }; stubHost.train(1)`,
      );
    await budget(said, 4);
    await page.locator('header .cost', { hasText: 'budget 10 %: every 4th step' }).waitFor();
    assert.equal(await page.locator('header [role=status].unseen').innerText(), said);
    await budget('', 1);
    await page.locator('header .cost', { hasText: /budget 10 %$/ }).waitFor();
    assert.equal(await page.locator('header [role=status].unseen').innerText(), '');
    await page.close();
  });
});
