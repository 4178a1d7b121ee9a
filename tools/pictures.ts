/**
 * The pictures of docs/pictures, taken of the product as it is: the sample, trained in the real VS Code, in each theme and
 * with each kind of view open. `npm run build`, then `node tools/pictures.ts [NAME…]`; look at them before they are committed.
 */
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { compareOnScreen, trainBeside } from './compareOnScreen.ts';
import { checkInspector, checkRunsView } from './onScreen.ts';
import { out, root } from './paths.ts';
import { say } from './progress.ts';
import { runDone } from './runFolder.ts';
import { askForFirstRun, freshSample } from './sampleWorkspace.ts';
import { switchTheme, themes } from './themes.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

interface Picture {
  readonly name: string;
  readonly theme: 'dark' | 'light' | 'hc';
  /** Brings the page to what the picture is of; none keeps the code beside the inspector. */
  readonly show?: (page: Frame, workbench: Workbench) => Promise<void>;
}

const site = (name: string) => async (page: Frame) => {
  await page.locator(`.site[data-site="${name}"]`).click();
  await page.locator(`#mask[aria-label*="${name}"]`).waitFor();
  await page.locator('header').first().scrollIntoViewIfNeeded();
};

async function openFile({ page }: Workbench, name: string): Promise<void> {
  await page.keyboard.press('Control+p');
  await page.locator('.quick-input-widget input[type=text]').fill(name);
  await page.locator('.quick-input-widget .monaco-list-row', { hasText: name }).first().click();
}

async function addBreakpoint(workbench: Workbench, condition: string): Promise<void> {
  const { page } = workbench;
  await workbench.command('Dropscope: Add Breakpoint');
  await workbench.pick('Condition');
  await page.locator('.quick-input-message', { hasText: 'Numbers: loss' }).waitFor();
  await page.locator('.quick-input-box input').fill(condition);
  await page.keyboard.press('Enter');
  await page.locator('.sidebar .monaco-list-row', { hasText: condition }).waitFor();
}

const minute = 60_000;

/** In the order in which they are taken: those with the code beside them first, what covers the inspector last. */
const pictures: readonly Picture[] = [
  { name: 'inspector-dark', theme: 'dark' },
  { name: 'inspector-light', theme: 'light' },
  { name: 'inspector-high-contrast', theme: 'hc' },
  { name: 'words', theme: 'hc', show: site('0.encoder_dp') },
  { name: 'mask-block', theme: 'dark', show: site('0.input_dp') },
  {
    name: 'activations',
    theme: 'dark',
    show: async (page) => {
      await page.locator('.site[data-site="0.rnns.0.weight_hh_l0"]').click();
      await page.locator('.gate').first().click();
      await page.locator('.strip').nth(2).click();
      await page.locator('#activation-outputs[aria-label^="Outputs of"]').waitFor();
      await page.locator('#activations').scrollIntoViewIfNeeded();
      await page.locator('.units').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'what-if',
    theme: 'dark',
    show: async (page) => {
      await page.locator('.site[data-site="0.rnns.0.weight_hh_l0"]').click();
      await page.getByRole('button', { name: 'What if', exact: true }).click();
      await page.getByLabel('weight_p as a number').fill('0.5');
      await page.locator('.what-if-answer:not(.dimmed)', { hasText: '(as trained' }).waitFor();
      await page.locator('#what-if').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'compare',
    theme: 'dark',
    show: async (page, workbench) => {
      await trainBeside(workspace, 300);
      await compareOnScreen(workbench, 'weight_p');
      await page.locator('.compare-masks').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'breakpoints',
    theme: 'dark',
    show: async (_, workbench) => {
      await addBreakpoint(workbench, 'ar > 0.3');
      await workbench.command('Dropscope: Train the Sample');
      await workbench.command('Dropscope: Open Inspector');
      const page = await workbench.webview('#status', minute);
      await page.locator('#status', { hasText: 'Paused at step' }).waitFor({ timeout: 5 * minute });
      await page.locator('#pane-mask[aria-label*=" at step "]').waitFor();
      await page.locator('header').first().scrollIntoViewIfNeeded();
      await workbench.command('Dropscope: Focus on Breakpoints View');
    },
  },
  {
    name: 'checkpoint',
    theme: 'dark',
    show: async (_, workbench) => {
      await cp(path.join(root, 'test/fixtures/checkpoints/fastai1-training.pth'), path.join(workspace, 'lm.pth'));
      await openFile(workbench, 'lm.pth');
      const page = await workbench.webview('[role="treeitem"]', minute);
      await page.locator('[role="treeitem"]', { hasText: 'weight_hh_l0_raw' }).first().click();
      await page.locator('canvas[aria-label*="weight_hh_l0"]').first().waitFor();
    },
  },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !pictures.some((picture) => picture.name === name));
if (unknown.length > 0)
  throw new Error(`no picture ${unknown.join(', ')}: there are ${pictures.map(({ name }) => name).join(', ')}`);

const workspace = path.join(out, 'pictures/workspace');
const folder = path.join(out, 'pictures/server');
await rm(folder, { recursive: true, force: true });
await freshSample(workspace);
await askForFirstRun(workspace);
const workbench = await openWorkbench({ folder, workspace, extension: root });
try {
  await runDone(workspace, 10 * minute, say);
  await checkRunsView(workbench.page);
  await checkInspector(workbench);
  for (const picture of pictures.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))
    await take(workbench, picture);
} finally {
  await workbench.close();
}

async function take(workbench: Workbench, { name, theme, show }: Picture): Promise<void> {
  const found = themes.find((candidate) => candidate.name === theme);
  if (found) await switchTheme(workbench.page, workspace, found);
  if (show) {
    // The code makes room, once: its group closes with its last tab.
    const tabs = workbench.page.locator('.tab', { hasText: 'languageModel.py' });
    if ((await tabs.count()) > 0) await tabs.click({ button: 'middle' });
    await show(await workbench.webview('#pane-raw, #mask', minute), workbench);
  }
  // Where nothing answers to the pointer.
  await workbench.page.mouse.move(300, 18);
  await workbench.page.waitForTimeout(1500);
  const file = path.join(root, `docs/pictures/${name}.png`);
  await workbench.screenshot(file);
  say(file);
}
