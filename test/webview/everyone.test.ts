/** For everyone: all by keys with the focus in sight, a label and a table for each canvas, zoom, motion, forced colours. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { InspectorPages, until } from './inspectorPage.ts';
import { seriousFindings } from './seriousFindings.ts';
import { themes, type ThemeName } from './themes.ts';

const pages = await InspectorPages.start();
after(() => pages.stop());

async function choose(page: Page, site: string): Promise<void> {
  await page.locator(`.site[data-site="${site}"]`).click();
  await page.locator(`#mask[aria-label*="${site}"]`).waitFor();
}

async function openHistograms(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Histograms' }).click();
  await page.locator('#histogram[aria-label*="Distribution"]').waitFor();
}

async function openActivations(page: Page): Promise<void> {
  await page.locator('.gate').first().click();
  await page.locator('#activation-outputs[aria-label^="Outputs of"]').waitFor();
}

async function openWhatIf(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'What if' }).click();
  await page.locator('#what-if-losses[aria-label*="Mean cross-entropy"]').waitFor();
}

interface Focused {
  readonly name: string;
  readonly section: string;
  readonly outlined: boolean;
}

/** What has the focus: its name, its section, and whether one sees that it has it. */
const focused = `(() => {
  const held = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(held);
  const name = held.id || held.getAttribute('aria-label') || held.textContent;
  return {
    name,
    section: held.closest('header, section')?.id || 'header',
    outlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1,
  };
})()`;

describe('by keys alone', () => {
  it('Tab reaches every control in the order of the page, shows where it is, and gets out again', async () => {
    const { page } = await pages.openDrawn();
    const count = await page.evaluate<number>(
      `[...document.querySelectorAll('button, select, input, [tabindex="0"]')]
        .filter((control) => control.checkVisibility({ visibilityProperty: true }) && !control.disabled).length`,
    );
    const seen: Focused[] = [];
    for (let presses = 0; presses < count; presses++) {
      await page.keyboard.press('Tab');
      seen.push(await page.evaluate<Focused>(focused));
    }
    assert.deepEqual(
      seen.filter(({ outlined }) => !outlined),
      [],
    );
    const sections = seen.map(({ section }) => section).filter((section, at, all) => section !== all[at - 1]);
    assert.deepEqual(sections, ['header', 'time', 'weight', 'sites', 'verdicts', 'gates', 'text', 'gradients']);
    assert.ok(count > 30, `${count} controls`);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement === document.body'), true);
    await page.close();
  });

  it('the strip of the whole weight moves the panes by arrows', async () => {
    const { page } = await pages.openDrawn();
    const label = async () => (await page.locator('#pane-raw').getAttribute('aria-label')) ?? '';
    const before = await label();
    await page.locator('#overview').focus();
    await page.keyboard.press('End');
    assert.equal(await label(), before);
    await page.keyboard.press('ArrowDown');
    await page.locator('#pane-raw:not([aria-label*="rows 18 to"])').waitFor();
    const first = (words: string) => Number(/rows (\d+) to/.exec(words)?.[1]);
    assert.ok(first(await label()) > first(before), `${before} then ${await label()}`);
    await page.close();
  });

  it('the help names its keys, opens with ? from anywhere and closes with Escape', async () => {
    const { page, complaints } = await pages.openDrawn();
    await page.locator('#loss').focus();
    await page.keyboard.press('?');
    const help = await page.locator('dialog').innerText();
    for (const key of ['F5', 'Shift+F5', 'G', 'T', 'S', 'C', 'Home, End', 'Escape']) assert.ok(help.includes(key), key);
    await page.evaluate(axe.source);
    assert.deepEqual(await seriousFindings(page), []);
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate('document.activeElement.id'), 'loss');
    await page.getByRole('button', { name: 'Keys' }).click();
    await page.locator('dialog').waitFor();
    assert.deepEqual(complaints, []);
    await page.close();
  });
});

describe('for readers', () => {
  for (const [view, prepare] of [
    ['panes', () => Promise.resolve()],
    ['words', (page: Page) => choose(page, '0.encoder_dp')],
    ['block', (page: Page) => choose(page, '0.input_dp')],
    ['histograms', openHistograms],
    ['activations', openActivations],
    ['what if', openWhatIf],
  ] as const)
    it(`${view}: each canvas states its content, and T opens its numbers`, async () => {
      const { page } = await pages.openDrawn();
      await prepare(page);
      const canvases = page.locator('canvas:visible:not([aria-hidden])');
      const count = await canvases.count();
      assert.ok(count >= 10, `${count} canvases`);
      for (let index = 0; index < count; index++) {
        const canvas = canvases.nth(index);
        assert.equal(await canvas.getAttribute('role'), 'img');
        const label = (await canvas.getAttribute('aria-label')) ?? '';
        assert.match(label, /\d/, label);
        const holder = canvas.locator('xpath=ancestor-or-self::*[@aria-keyshortcuts][1]');
        await holder.focus();
        await page.keyboard.press('t');
        assert.ok((await page.locator('dialog tbody tr').count()) > 0, `a table of ${label}`);
        await page.keyboard.press('Escape');
        await page.locator('dialog').waitFor({ state: 'detached' });
      }
      await page.close();
    });
});

describe('zoom', () => {
  // Zooming by 200 % halves the page's pixels and doubles the screen's for each of them.
  for (const [width, height] of [
    [1400, 900],
    [2000, 1200],
    [720, 900],
  ] as const)
    it(`200 % of ${width} x ${height}: nothing runs over the side, is cut or loses a fact`, async () => {
      const { page } = await pages.openDrawn({ width: width / 2, height: height / 2, scale: 2 });
      const scroll = await page.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(scroll <= width / 2, `the page is ${scroll} px wide`);
      assert.deepEqual(await page.evaluate('probes.cutTexts()'), []);
      const facts = await page.locator('header').innerText();
      for (const fact of ['Done', 'loss', 'valid', 'introspection']) assert.ok(facts.includes(fact), fact);
      const drawn = await page.evaluate<number>("document.querySelector('#pane-raw').width");
      const shown = (await page.locator('#pane-raw').boundingBox()) ?? assert.fail('no pane');
      assert.equal(drawn, Math.round(shown.width * 2), 'two pixels of the screen for each of the page');
      await page.close();
    });

  it('a fact that does not fit leaves whole: no number is cut in its middle', async () => {
    for (const width of [360, 380, 400, 440]) {
      const { page } = await pages.openDrawn({ width });
      const cut = await page.evaluate<string[]>(`[...document.querySelectorAll('.step-facts .fact, .facts .fact')]
        .filter((fact) => {
          const [own, room] = [fact.getBoundingClientRect(), fact.parentElement.getBoundingClientRect()];
          const isSeen = own.width > 0 && own.top < room.bottom - 2;
          return isSeen && own.right > room.right + 1;
        }).map((fact) => fact.textContent)`);
      assert.deepEqual(cut, [], `${width} px`);
      await page.close();
    }
  });

  it('a wide font takes a second line in the header rather than a fact that never leaves', async () => {
    for (const width of [510, 870, 1130]) {
      const { page } = await pages.openDrawn({ width });
      await page.evaluate("document.documentElement.style.setProperty('--vscode-font-family', 'DejaVu Sans')");
      const lost = await page.evaluate<string[]>(`[...document.querySelectorAll('.facts .fact:not(.least)')]
        .filter((fact) => fact.getBoundingClientRect().bottom > fact.parentElement.getBoundingClientRect().bottom + 2)
        .map((fact) => fact.textContent)`);
      assert.deepEqual(lost, [], `${width} px`);
      await page.close();
    }
  });

  it('small multiples stay beside their block, over no other picture', async () => {
    for (const width of [721, 900, 1121, 1400]) {
      const { page } = await pages.openDrawn({ width });
      await choose(page, '0.input_dp');
      const end = await page.evaluate<number>(
        "Math.max(...[...document.querySelectorAll('.multiples figcaption')].map((words) => words.getBoundingClientRect().bottom))",
      );
      const below = (await page.locator('#mask').boundingBox()) ?? assert.fail('no mask');
      assert.ok(end <= below.y, `${width} px: ${end} and ${below.y}`);
      await page.close();
    }
  });
});

describe('motion', () => {
  it('with motion reduced nothing moves by itself: not while a run is live, not when a menu or help opens', async () => {
    const { page, complaints } = await pages.openDrawn({ media: { reducedMotion: 'reduce' } });
    const moving = () => page.evaluate<number>('document.getAnimations().length');
    await page.evaluate('stubHost.train(2)');
    await page.locator('#status', { hasText: 'Training' }).waitFor();
    assert.equal(await moving(), 0);
    await page.getByRole('button', { name: 'Save or copy the curves' }).click();
    assert.equal(await moving(), 0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    assert.equal(await moving(), 0);
    const smooth =
      "[...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).scrollBehavior === 'smooth').length";
    assert.equal(await page.evaluate(smooth), 0);
    assert.deepEqual(complaints, []);
    await page.close();
  });
});

describe('colours', () => {
  for (const scheme of ['dark', 'light'] as const)
    it(`forced by the system (${scheme}): pictures keep theirs on its paper, the selected row is outlined`, async () => {
      const theme: ThemeName = scheme === 'dark' ? 'light' : 'dark';
      const { page, complaints } = await pages.openDrawn({
        theme,
        media: { forcedColors: 'active', colorScheme: scheme },
      });
      const cells = await page.evaluate<string[]>(
        'probes.pixels("#pane-mask", Array.from({ length: 160 }, (_, at) => [3 + 12 * (at % 16), 19 + 12 * Math.floor(at / 16)]))',
      );
      const kept = scheme === 'dark' ? '180,180,180,255' : '111,111,111,255';
      assert.ok(cells.filter((cell) => cell === kept).length > 100, cells.slice(0, 9).join(' '));
      const raw = await page.evaluate<string[]>(
        'probes.pixels("#pane-raw", Array.from({ length: 160 }, (_, at) => [43 + 12 * (at % 16), 19 + 12 * Math.floor(at / 16)]))',
      );
      assert.ok(new Set(raw).size > 40, 'weights of many colours');
      const outline = await page.evaluate<string>(
        "getComputedStyle(document.querySelector('.site.selected')).outlineStyle",
      );
      assert.equal(outline, 'solid');
      await page.evaluate(axe.source);
      assert.deepEqual(await seriousFindings(page), []);
      assert.deepEqual(complaints, []);
      await page.close();
    });

  it('of weights widen when a live run has left them far behind, never while one looks back', async () => {
    const { page } = await pages.openDrawn({ before: 'stubHost.setBig(112, 28);' });
    await page.locator('#pane-raw[aria-label*="Scale from −0.10 to 0.10"]').waitFor();
    await page.locator('#loss').focus();
    await page.keyboard.press('Home');
    await page.locator('#time h2', { hasText: 'Step 1' }).waitFor();
    await page.evaluate("stubHost.big = null; stubHost.notify('changed', { run: '' })");
    await page.locator('.small-title', { hasText: 'weights' }).waitFor();
    await page.locator('#pane-raw[aria-label*="step 80,"]').waitFor();
    assert.match((await page.locator('#pane-raw').getAttribute('aria-label')) ?? '', /Scale from −0\.10 to 0\.10/);
    await page.keyboard.press('End');
    await page.locator('#pane-raw[aria-label*="Scale from −0.26 to 0.26"]').waitFor();
    await page.close();
  });

  it('a theme that changes while the page is open leaves no dot of a curve behind', async () => {
    const { page } = await pages.openDrawn({ theme: 'light' });
    await page.evaluate(themes['hc-dark'].apply);
    await page.locator('#loss').focus();
    await page.keyboard.press('s');
    const inks =
      'probes.pixels("#loss", Array.from({ length: 68 * 8 }, (_, at) => [206 + (at % 8), Math.floor(at / 8)]))';
    await until(page, `${inks}.includes('255,181,46,255')`);
    assert.ok(!(await page.evaluate<string[]>(inks)).includes('179,89,0,255'), 'the light theme’s orange is left');
    await page.close();
  });
});
