// Trains the sample the way a person does from the command palette.
import type { Workbench } from './workbench.ts';

/** "Dropscope: Train…" from the palette, then the sample. */
export async function trainSample(workbench: Workbench): Promise<void> {
  await workbench.command('Dropscope: Train…');
  await workbench.pick('The sample');
}
