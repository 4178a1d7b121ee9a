// `npm start -- --smoke`: what a person's first visit is, without the person. Opens the sample in the real VS Code, trains
// it through the command palette, looks at what is on screen, and keeps pictures of it in out/.
import path from 'node:path';
import { checkInspector, checkRunsView } from './onScreen.ts';
import { out, root } from './paths.ts';
import { say } from './progress.ts';
import { runDone } from './runFolder.ts';
import { freshSample } from './sampleWorkspace.ts';
import { switchTheme, themes } from './themes.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const minute = 60_000;

/** Rejects with what went wrong first; a picture of that moment is then in out/smoke-failure.png. */
export async function smoke(): Promise<void> {
  const folder = path.join(out, 'smoke/server');
  const workspace = path.join(out, 'smoke/workspace');
  await freshSample(workspace);
  say('opening the sample in VS Code');
  const workbench = await openWorkbench({
    folder,
    workspace,
    extension: root,
    settings: { 'workbench.colorTheme': themes[0]?.setting },
  });
  try {
    await visit(workbench, workspace);
  } catch (error) {
    await workbench.screenshot(path.join(out, 'smoke-failure.png'));
    throw new Error(`smoke run failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    await workbench.close();
  }
  say('smoke run passed');
}

async function visit(workbench: Workbench, workspace: string): Promise<void> {
  await trainSample(workbench);
  say('training the sample');
  const run = await runDone(workspace, 10 * minute, say);
  say(`the run is done: ${run}`);
  await checkRunsView(workbench.page);
  await workbench.command('Dropscope: Open Inspector');
  for (const label of await checkInspector(workbench)) say(`on screen: ${label}`);
  for (const theme of themes) {
    await switchTheme(workbench.page, workspace, theme);
    const picture = path.join(out, `smoke-${theme.name}.png`);
    await workbench.screenshot(picture);
    say(`picture: ${picture}`);
  }
  if (workbench.problems.length > 0) throw new Error(`the page reported:\n${workbench.problems.join('\n')}`);
}

/** "Dropscope: Train…" from the palette, then the sample; if it asks for a config, the workspace's own. */
export async function trainSample(workbench: Workbench): Promise<void> {
  await workbench.command('Dropscope: Train…');
  await workbench.pick('The sample');
}
