// The tests in the real VS Code: those of suite/ inside its extension host, and those that look at its screen. A failing
// test leaves a picture and logs under out/integration/.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { compareOnScreen, trainBeside } from '../../tools/compareOnScreen.ts';
import { checkInspector, checkRunsView } from '../../tools/onScreen.ts';
import { out } from '../../tools/paths.ts';
import { runDone, runHasStatus } from '../../tools/runFolder.ts';
import { trainSample } from '../../tools/trainSample.ts';
import { trainWithOnScreen, whatIfOnScreen } from '../../tools/whatIfOnScreen.ts';
import { editorIsWrittenDown } from './editorIsWrittenDown.ts';
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
    // Its runs are waited for: on a quick machine they may be done before they could be stopped.
    await t.test('the sample trains from the command palette, to its end', async () => {
      await trainSample(workbench);
      await runDone(workspace, 15 * minute, (step) => t.diagnostic(step));
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
      await runHasStatus(await trainWithOnScreen(workbench, workspace), 'done', 15 * minute);
    });
    await t.test('no error and no CSP violation reached the console', () => assert.deepEqual(workbench.problems, []));
  });
});

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
