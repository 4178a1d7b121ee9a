// Breakpoints on the screen of the real VS Code: the view and its boxes, adding one by keys, what is said when it is hit while
// nobody looks at the inspector, and what the inspector then shows.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import { runAtStep, runHasStatus } from '../../tools/runFolder.ts';
import { inWorkbench } from './inWorkbench.ts';

const minute = 60_000;
const LONGEST = { timeout: 5 * minute };
/** It never ends by itself. */
const config = { corpus: ['corpus/ca0*'], emb_sz: 16, n_hid: 24, bs: 8, bptt: 20, steps: 100_000, epochs: 100_000 };

const prepare = (workspace: string) => writeFile(path.join(workspace, 'dropscope.json'), JSON.stringify(config));
/** Without a pointer, which a busy machine takes long to place. */
const pressed = (button: Locator) => button.dispatchEvent('click');

await test('breakpoints on the screen', async (t) => {
  await inWorkbench('breakpoints', { prepare }, async (workbench, workspace) => {
    const { page } = workbench;
    const picture = (name: string) => workbench.screenshot(path.join(workspace, `../${name}.png`));
    const row = (text: string | RegExp) => page.locator('.sidebar .monaco-list-row', { hasText: text }).first();
    let run = '';

    await t.test('the view lists what everyone starts with, and one of them is on', async () => {
      await page.locator('.explorer-viewlet [aria-label^="dropscope.json"]').first().dblclick();
      await page.locator('.tab', { hasText: 'dropscope.json' }).waitFor(LONGEST);
      await workbench.command('Dropscope: Focus on Breakpoints View');
      await row('Numbers are not finite').waitFor(LONGEST);
      await row('grad_norm > 10 * median(grad_norm)').waitFor(LONGEST);
      const boxes = page.locator('.sidebar .custom-view-tree-node-item-checkbox');
      assert.deepEqual(
        await boxes.evaluateAll((all) => all.map((box) => (box as unknown as Attributed).getAttribute('aria-checked'))),
        ['true', 'false', 'false', 'false', 'false'],
      );
      await picture('list');
    });

    await t.test('a condition is typed, checked with every key, and takes hold in the run that trains', async () => {
      await workbench.command('Dropscope: Train With Config');
      run = await runAtStep(workspace, 10, 5 * minute);
      await workbench.command('Dropscope: Add Breakpoint');
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Gradient norm jumps' }).waitFor(LONGEST);
      await picture('kinds');
      await page.keyboard.type('Condition');
      await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'Condition' }).waitFor(LONGEST);
      await page.keyboard.press('Enter');
      await page.locator('.quick-input-title', { hasText: 'Add Breakpoint' }).waitFor(LONGEST);
      await page.locator('.quick-input-message', { hasText: 'Numbers: loss' }).waitFor(LONGEST);
      await page.keyboard.type('los > 0');
      await page.locator('.quick-input-message', { hasText: 'did you mean loss?' }).waitFor(LONGEST);
      await picture('condition');
      await page.locator('.quick-input-box input').fill('loss > 0');
      await page.locator('.quick-input-message', { hasText: 'Numbers: loss' }).waitFor(LONGEST);
      await page.keyboard.press('Enter');
      await runHasStatus(run, 'paused', 5 * minute);
    });

    await t.test('nobody looks at the inspector: a notification says where the run stands, and opens it', async () => {
      // A notification passes: later it is in the list behind the bell.
      await workbench.command('Notifications: Show Notifications');
      const notice = page.locator('.notifications-center .monaco-list-row', {
        hasText: /workspace paused at step \d+: loss [\d.]+ is above 0/,
      });
      await notice.waitFor(LONGEST);
      await row(/paused \d[\d,]*\/100,000 · loss [\d.]+ is above 0/).waitFor(LONGEST);
      await row(/loss > 0.*hit 1×, last at step/).waitFor(LONGEST);
      await picture('notice');
      await pressed(notice.getByRole('button', { name: 'Open Inspector' }));
      const frame = await workbench.webview('#status', LONGEST.timeout);
      await frame.locator('#status', { hasText: /Paused at step [\d,]+: loss [\d.]+ is above 0/ }).waitFor(LONGEST);
      await frame.locator('#pane-mask[aria-label*=" at step "]').waitFor(LONGEST);
      await picture('paused');
      await pressed(frame.getByRole('button', { name: 'Show breakpoints: loss > 0 (hit once)' }));
      // It comes a moment later, and would close a palette that was opened meanwhile.
      await page.waitForFunction(`document.activeElement?.closest('.pane')?.textContent.includes('Breakpoints')`);
    });

    await t.test('it goes on without a second hit, and one that is removed by keys is gone', async () => {
      await workbench.command('Dropscope: Resume Training');
      await runHasStatus(run, 'running', 5 * minute);
      const own = row(/loss > 0/);
      await own.click();
      await page.keyboard.press('Space');
      await own.locator('[aria-checked=false]').waitFor(LONGEST);
      await page.keyboard.press('Space');
      // Switched on again where it holds: hit at once. The inspector is in front, so no notification says so.
      await runHasStatus(run, 'paused', 5 * minute);
      await row(/loss > 0.*hit 2×/).waitFor(LONGEST);
      await row(/loss > 0/)
        .and(page.locator('[aria-label*="the run stands here"]'))
        .waitFor(LONGEST);
      await picture('again');
      await page.keyboard.press('Delete');
      await own.waitFor({ state: 'detached', ...LONGEST });
      await workbench.command('Dropscope: Stop Training');
      await runHasStatus(run, 'stopped', 5 * minute);
      assert.deepEqual(workbench.problems, []);
    });
  });
});

interface Attributed {
  getAttribute(name: string): string | null;
}
