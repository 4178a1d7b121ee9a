// What the inspector shows of a run in the real VS Code from its start until its folder is gone: nothing that it showed is
// lost when the run is stopped, when its engine dies, and after a reload. And what an untrusted workspace is refused.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Frame, Locator } from 'playwright-core';
import { runAtStep, runHasStatus } from '../../tools/runFolder.ts';
import type { Workbench } from '../../tools/workbench.ts';
import { editorIsWrittenDown } from './editorIsWrittenDown.ts';
import { inWorkbench } from './inWorkbench.ts';

const minute = 60_000;
/** For anything to appear: many times what it takes on a quiet machine. */
const LONGEST = { timeout: 5 * minute };
const MASK = '0.rnns.0.weight_hh_l0';

/** Its weights are dropped in evaluation too: a promise that breaks. It never ends by itself. */
const config = {
  corpus: ['corpus/ca0*'],
  emb_sz: 32,
  n_hid: 64,
  n_layers: 2,
  bs: 8,
  bptt: 35,
  min_freq: 2,
  weight_p: 0.3,
  weight_drop: { mode: 'always' },
  steps: 100_000,
  epochs: 100_000,
  eval_every: 100_000,
};

/** The page once it shows tensors of a step; VS Code makes a new one whenever its tab is shown again. */
async function shownStep(workbench: Workbench): Promise<Frame> {
  const frame = await workbench.webview('canvas#kept', LONGEST.timeout);
  await frame.locator(`#pane-mask[aria-label*="${MASK} at step"]`).waitFor(LONGEST);
  await frame.locator('#kept[aria-label^="steps kept"]').waitFor(LONGEST);
  return frame;
}

/** Fails as soon as a picture or the kept steps are not there, for as long as `work` takes. */
async function neverLosing(frame: Frame, work: () => Promise<void>): Promise<void> {
  const lost = `document.querySelector('#pane-mask')?.getAttribute('aria-label')?.includes(' at step ') !== true
    || document.querySelector('#kept')?.getAttribute('aria-label')?.startsWith('steps kept') !== true
    || document.querySelectorAll('.site').length !== 6`;
  await frame.evaluate(`window.lost = 0; window.looking = setInterval(() => { if (${lost}) window.lost++; }, 20)`);
  await work();
  assert.equal(await frame.evaluate('clearInterval(window.looking), window.lost'), 0, 'the page lost what it showed');
}

/** Without a pointer, which a busy machine takes long to place in a page that is drawn anew all the time. */
const pressed = (button: Locator) => button.dispatchEvent('click');

const status = (frame: Frame, text: string | RegExp) => frame.locator('#status', { hasText: text }).waitFor(LONGEST);

await test('the panel from the start of a run until its folder is gone', async (t) => {
  const prepare = (workspace: string) => writeFile(path.join(workspace, 'dropscope.json'), JSON.stringify(config));
  await inWorkbench('panel', { prepare }, async (workbench, workspace) => {
    const { page } = workbench;
    let run = '';
    let frame: Frame;

    await t.test('it shows the first recorded step', async () => {
      await page.locator('.explorer-viewlet [aria-label^="dropscope.json"]').first().dblclick();
      await page.locator('.tab', { hasText: 'dropscope.json' }).waitFor(LONGEST);
      await workbench.command('Dropscope: Train With Config');
      run = await runAtStep(workspace, 10, 5 * minute);
      await workbench.command('Dropscope: Open Inspector');
      frame = await shownStep(workbench);
    });

    await t.test('Check now finds a promise broken; trees and Problems say so', async () => {
      await pressed(frame.getByRole('button', { name: 'Check now' }));
      const verdict = frame.locator('#verdicts li', { hasText: 'Two eval passes differ' });
      await verdict.waitFor(LONGEST);
      assert.match(await verdict.innerText(), /rnns\.0\.weight_hh_l0/);
      await frame.locator('#verdicts li', { hasText: 'the output moves when a raw weight is nudged' }).waitFor(LONGEST);
      await frame.locator('#verdicts li', { hasText: '0 of 10 parameters changed' }).waitFor(LONGEST);
      await workbench.command('Dropscope: Focus on Parameters View');
      const marked = page.locator('.sidebar .monaco-list-row[aria-label*="Two eval passes differ"]');
      await marked.filter({ hasText: 'mask' }).first().waitFor(LONGEST);
      await marked.filter({ hasText: 'rnns.0.weight_hh_l0' }).first().waitFor(LONGEST);
      await workbench.command('Problems: Focus on Problems View');
      await page.locator('.markers-panel .monaco-list-row', { hasText: 'Two eval passes differ' }).waitFor(LONGEST);
      await workbench.screenshot(path.join(workspace, '../checked.png'));
    });

    await t.test('the cost leads to the setting of its budget', async () => {
      await pressed(frame.locator('.cost'));
      await page.locator('.settings-editor', { hasText: 'Budget Percent' }).waitFor(LONGEST);
      await workbench.screenshot(path.join(workspace, '../budget.png'));
      await page.locator('.tab', { hasText: 'Inspector' }).click();
      frame = await shownStep(workbench);
    });

    await t.test('stopping loses nothing of what it shows', async () => {
      await neverLosing(frame, async () => {
        await workbench.command('Dropscope: Stop Training');
        await status(frame, 'Stopped at step');
        await runHasStatus(run, 'stopped', 5 * minute);
        // Earlier steps are being written now.
        await delay(3000);
      });
      assert.match((await frame.locator('#kept').getAttribute('aria-label')) ?? '', /^steps kept: \d+ of/);
      await workbench.screenshot(path.join(workspace, '../stopped.png'));
    });

    await t.test('verify and the trace are in the menus of Runs and Dropout', async () => {
      for (const view of ['Runs', 'Dropout']) {
        const head = page.locator('.sidebar .pane-header', { hasText: view });
        await head.hover();
        await head.locator('.codicon-toolbar-more').click();
        const menu = page.locator('.context-view .monaco-menu');
        await menu.locator('[aria-label="Verify Promises"]').waitFor(LONGEST);
        await menu.locator('[aria-label="Export Trace…"]').waitFor(LONGEST);
        await workbench.screenshot(path.join(workspace, `../menu-${view}.png`));
        await page.keyboard.press('Escape');
      }
    });

    await t.test('an engine that dies takes nothing along: steps are read from the folder', async () => {
      const { pid } = JSON.parse(await readFile(path.join(run, 'run.json'), 'utf8')) as { pid: number };
      await neverLosing(frame, async () => {
        process.kill(pid, 'SIGKILL');
        await frame.locator('#kept[aria-label^="steps kept in the run folder: "]').waitFor(LONGEST);
      });
      await frame.locator('.cost').waitFor(LONGEST);
    });

    await t.test('a panel that comes back after a reload shows the past run', async () => {
      await editorIsWrittenDown(page, 'dropscope.inspector');
      await page.reload();
      // In front, whichever tab was when that was written.
      await page.locator('.tab', { hasText: 'Inspector' }).click();
      frame = await shownStep(workbench);
      await status(frame, 'Stopped at step');
      await workbench.screenshot(path.join(workspace, '../reloaded.png'));
    });

    await t.test('with its folder the run leaves the panel and the trees', async () => {
      await rm(run, { recursive: true, maxRetries: 5 });
      await status(frame, 'No run yet');
      const nodes = page.locator('.sidebar .monaco-list-row[aria-label*="raw parameter"]');
      await nodes.first().waitFor({ ...LONGEST, state: 'detached' });
      await workbench.screenshot(path.join(workspace, '../deleted.png'));
    });

    await t.test('no error and no CSP violation reached the console', () => assert.deepEqual(workbench.problems, []));
  });
});

await test('an untrusted workspace', async (t) => {
  await inWorkbench('untrusted', { untrusted: true }, async (workbench, workspace) => {
    const { page } = workbench;
    const refused = async (sentence: string) => {
      await workbench.command('Notifications: Show Notifications');
      await page.locator('.notification-list-item', { hasText: sentence }).first().waitFor(LONGEST);
    };

    await t.test('training waits for trust', async () => {
      await workbench.command('Dropscope: Open Inspector');
      const frame = await workbench.webview('canvas#kept', LONGEST.timeout);
      await pressed(frame.getByRole('button', { name: 'Train the sample' }));
      await refused('training waits until you trust this workspace');
      await workbench.screenshot(path.join(workspace, '../training.png'));
    });

    await t.test('native code waits for trust', async () => {
      await workbench.command('Dropscope: Install Native Backend');
      await refused('native code waits until you trust this workspace');
      await workbench.screenshot(path.join(workspace, '../native.png'));
    });
  });
});
