// A workbench for one test in the real VS Code: on a workspace of its own, closed afterwards; a failing test leaves a picture
// and logs under out/integration/NAME.
import path from 'node:path';
import { out, root } from '../../tools/paths.ts';
import { freshSample } from '../../tools/sampleWorkspace.ts';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../../tools/workbench.ts';

/** For anything on the screen to be there and to hold still: many times what it takes on a quiet machine. */
const LONGEST_MS = 300_000;

interface InWorkbench extends Pick<WorkbenchOptions, 'tests' | 'untrusted'> {
  /** What is done to the workspace, a fresh sample, before it is opened. */
  readonly prepare?: (workspace: string) => Promise<void>;
}

export async function inWorkbench(
  name: string,
  { prepare, ...options }: InWorkbench,
  work: (workbench: Workbench, workspace: string) => Promise<void>,
): Promise<void> {
  const folder = path.join(out, 'integration', name);
  const workspace = path.join(folder, 'workspace');
  await freshSample(workspace);
  await prepare?.(workspace);
  const where = { folder: path.join(folder, 'server'), workspace, extension: root };
  const workbench = await openWorkbench({ ...where, ...options });
  workbench.page.setDefaultTimeout(LONGEST_MS);
  try {
    await work(workbench, workspace);
  } catch (error) {
    await workbench.screenshot(path.join(folder, 'failure.png'));
    throw error;
  } finally {
    await workbench.close();
  }
}
