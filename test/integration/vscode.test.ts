// The tests in the real VS Code: those of suite/ inside its extension host, and those that look at its screen. A failing
// test leaves a picture and logs under out/integration/.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { compareOnScreen, trainBeside } from '../../tools/compareOnScreen.ts';
import { checkInspector, checkRunsView } from '../../tools/onScreen.ts';
import { out } from '../../tools/paths.ts';
import { runAtStep, runHasStatus } from '../../tools/runFolder.ts';
import { trainSample } from '../../tools/trainSample.ts';
import { trainWithOnScreen, whatIfOnScreen } from '../../tools/whatIfOnScreen.ts';
import type { HostReport } from './hostReport.ts';
import { inWorkbench } from './inWorkbench.ts';
import { bundleSuite } from './suiteBundle.ts';

const minute = 60_000;

await test('inside the extension host', async (t) => {
  const bundle = path.join(out, 'integration/suite/suite.cjs');
  await bundleSuite(bundle);
  await inWorkbench('host', { tests: bundle }, async () => {
    const report = await finishedReport(path.join(path.dirname(bundle), 'report.json'), 45 * minute);
    for (const sentence of report.measurements) t.diagnostic(sentence);
    for (const name of report.passed) await t.test(name, () => undefined);
    for (const { name, reason } of report.skipped) await t.test(name, { skip: reason }, () => undefined);
    for (const { name, message } of report.failed) await t.test(name, () => assert.fail(message));
    assert.ok(report.finished, 'the extension host ended before its tests did');
  });
});

await test('on the screen', async (t) => {
  await inWorkbench('screen', {}, async (workbench, workspace) => {
    let run = '';
    await t.test('the sample trains from the command palette', async () => {
      await trainSample(workbench);
      run = await runAtStep(workspace, 30, 15 * minute);
    });
    await t.test('it stops from the command palette', async () => {
      await workbench.command('Dropscope: Stop Training');
      await runHasStatus(run, 'stopped', 5 * minute);
    });
    await t.test('the Runs view shows its numbers', () => checkRunsView(workbench.page));
    await t.test('the inspector draws loss, gradients and masks', async () => {
      await workbench.command('Dropscope: Open Inspector');
      for (const label of await checkInspector(workbench)) t.diagnostic(label);
    });
    await t.test('a slider of what if brings its number', async () => {
      t.diagnostic(await whatIfOnScreen(workbench));
    });
    await t.test('a run of the command line is laid beside it', async () => {
      await trainBeside(workspace, 60);
      await workbench.page
        .locator('.sidebar .monaco-list-row')
        .filter({ hasText: /loss \d/ })
        .nth(1)
        .waitFor({ timeout: 5 * minute });
      for (const label of await compareOnScreen(workbench, 'weight_p')) t.diagnostic(label);
    });
    await t.test('the inspector comes back after a reload', async () => {
      await editorIsWrittenDown(workbench.page, 'dropscope.inspector');
      await workbench.page.reload();
      await checkInspector(workbench);
    });
    await t.test('the dropouts that were asked about are trained with', async () => {
      const again = await trainWithOnScreen(workbench, workspace);
      await workbench.command('Dropscope: Stop Training');
      await runHasStatus(again, 'stopped', 5 * minute);
    });
    await t.test('no error and no CSP violation reached the console', () => assert.deepEqual(workbench.problems, []));
  });
});

/** VS Code writes down which editors are open some seconds after it happened; a reload before that forgets them. */
async function editorIsWrittenDown(page: Page, viewType: string): Promise<void> {
  const written = `(async () => {
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      try {
        for (const store of database.objectStoreNames) {
          const values = await done(database.transaction(store).objectStore(store).getAll());
          if (values.some((value) => typeof value === 'string' && value.includes('mainThreadWebview-${viewType}'))) return true;
        }
      } finally {
        database.close();
      }
    }
    return false;
  })()`;
  const deadline = performance.now() + 5 * minute;
  while (!(await page.evaluate<boolean>(written))) {
    if (performance.now() > deadline) throw new Error(`VS Code never wrote down that ${viewType} is open`);
    await delay(500);
  }
}

/** The report once it is finished, or whatever there is when time is up. */
async function finishedReport(file: string, timeout: number): Promise<HostReport> {
  const deadline = performance.now() + timeout;
  let report: HostReport = { finished: false, passed: [], skipped: [], failed: [], measurements: [] };
  while (!report.finished && performance.now() < deadline) {
    await delay(500);
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('}')) report = JSON.parse(text) as HostReport;
  }
  return report;
}
