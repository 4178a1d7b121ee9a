// What if, asked on the screen the way a person does it: a slider is moved, and the numbers that come are those of it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { runFolders } from './runFolder.ts';
import type { Workbench } from './workbench.ts';

/** For an answer: many times what it takes on a quiet machine. */
const LONGEST_MS = 300_000;

/** Opens What if in the inspector, moves weight_p with the keyboard, and resolves to the answer's sentence. */
export async function whatIfOnScreen(workbench: Workbench): Promise<string> {
  const page = await workbench.webview('.site[data-site]', LONGEST_MS);
  await page.getByRole('button', { name: 'What if', exact: true }).click();
  const answer = page.locator('.what-if-answer:not(.dimmed)');
  await answer.filter({ hasText: 'as trained:' }).waitFor({ timeout: LONGEST_MS });
  const before = await answer.innerText();
  const slider = page.getByLabel('weight_p', { exact: true });
  for (let presses = 0; presses < 5; presses++) await slider.press('PageUp');
  const value = Number(await slider.inputValue()).toFixed(2);
  await page.locator('#what-if .cut', { hasText: `weight_p ${value} instead of` }).waitFor({ timeout: LONGEST_MS });
  await answer.filter({ hasText: '(as trained' }).waitFor({ timeout: LONGEST_MS });
  const after = await answer.innerText();
  assert.match(
    after,
    /^Mean cross-entropy of 16 draws \d+\.\d{3} ± \d+\.\d{3} \(as trained \d+\.\d{3} ± \d+\.\d{3}\): /,
  );
  const trained = /as trained: (\d+\.\d{3})/.exec(before)?.[1] ?? 'nothing';
  assert.ok(after.includes(`(as trained ${trained} ±`), `${before} then ${after}`);
  return after;
}

/** Trains with what was asked last; resolves to the folder of the new run, whose config has the slider's weight_p. */
export async function trainWithOnScreen(workbench: Workbench, workspace: string): Promise<string> {
  const before = new Set(await runFolders(workspace));
  const page = await workbench.webview('.site[data-site]', LONGEST_MS);
  await page.getByRole('button', { name: 'What if', exact: true }).click();
  await page.locator('.what-if-answer:not(.dimmed)', { hasText: 'Mean' }).waitFor({ timeout: LONGEST_MS });
  const value = Number(await page.getByLabel('weight_p', { exact: true }).inputValue());
  await page.getByRole('button', { name: 'Train with these' }).click();
  const deadline = performance.now() + LONGEST_MS;
  while (performance.now() < deadline) {
    const folder = (await runFolders(workspace)).find((one) => !before.has(one));
    const text = folder === undefined ? '' : await readFile(path.join(folder, 'run.json'), 'utf8').catch(() => '');
    if (folder !== undefined && text !== '') {
      const { config } = JSON.parse(text) as { config: { weight_p: number } };
      assert.equal(config.weight_p, value);
      return folder;
    }
    await workbench.page.waitForTimeout(500);
  }
  throw new Error('no run began with what was asked');
}
