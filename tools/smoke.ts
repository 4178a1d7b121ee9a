// `npm start -- --smoke`: what a person's first visit is, without the person. Opens the sample in the real VS Code, where it
// trains by itself, looks at what is on screen, and keeps pictures of it in out/.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { checkInspector, checkRunsView } from './onScreen.ts';
import { out, root } from './paths.ts';
import { say } from './progress.ts';
import { runDone } from './runFolder.ts';
import { askForFirstRun, firstRunFile, freshSample } from './sampleWorkspace.ts';
import { switchTheme, themes } from './themes.ts';
import { openWorkbench, type Workbench } from './workbench.ts';
import { sentenceOf } from '../src/shared/sentenceOf.ts';

const minute = 60_000;

/** Rejects with what went wrong first; a picture of that moment is then in out/smoke-failure.png. */
export async function smoke(): Promise<void> {
  const folder = path.join(out, 'smoke/server');
  const workspace = path.join(out, 'smoke/workspace');
  await freshSample(workspace);
  if (!(await askForFirstRun(workspace))) throw new Error(`${workspace}: a fresh sample has runs already`);
  say('opening the sample in VS Code');
  const workbench = await openWorkbench({
    folder,
    workspace,
    linked: root,
    settings: { 'workbench.colorTheme': themes[0]?.setting },
  });
  try {
    await visit(workbench, workspace);
  } catch (error) {
    await workbench.screenshot(path.join(out, 'smoke-failure.png'));
    throw new Error(`smoke run failed: ${sentenceOf(error)}`, { cause: error });
  } finally {
    await workbench.close();
  }
  say('smoke run passed');
}

async function visit(workbench: Workbench, workspace: string): Promise<void> {
  say('the sample starts training by itself');
  const run = await runDone(workspace, 10 * minute, say);
  say(`the run is done: ${run}`);
  if (existsSync(path.join(workspace, firstRunFile)))
    throw new Error(`${firstRunFile} is still there: it would train again`);
  // Side bar and inspector opened by themselves, beside the code.
  await checkRunsView(workbench.page);
  for (const label of await checkInspector(workbench)) say(`on screen: ${label}`);
  for (const theme of themes) {
    await switchTheme(workbench.page, workspace, theme);
    const picture = path.join(out, `smoke-${theme.name}.png`);
    await workbench.screenshot(picture);
    say(`picture: ${picture}`);
  }
  if (workbench.problems.length > 0) throw new Error(`the page reported:\n${workbench.problems.join('\n')}`);
  // What fails is said on the screen, and in the console: there is nothing to compare the one run with.
  await workbench.command('Dropscope: Compare Runs');
  await workbench.page.locator('.notification-toast', { hasText: 'only one run' }).waitFor({ timeout: minute });
  say('a failure is said on the screen');
}
