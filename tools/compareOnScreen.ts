// Two runs side by side as a person sees them: the command, the question which one, and what then stands in the inspector.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'jsonc-parser';
import { dist } from './paths.ts';
import type { Workbench } from './workbench.ts';

/** For the page to draw: many times what it takes on a quiet machine. */
const LONGEST_MS = 180_000;

/** Trains the workspace's sample once more, with half of the recurrent weights dropped, from the command line. */
export async function trainBeside(workspace: string, steps: number): Promise<void> {
  const given = parse(await readFile(path.join(workspace, 'dropscope.json'), 'utf8')) as object;
  const config = path.join(workspace, 'half.dropscope.json');
  await writeFile(config, `${JSON.stringify({ ...given, weight_p: 0.5 }, null, 2)}\n`);
  const folder = path.join(workspace, '.dropscope/runs/half');
  const command = ['train', '--config', config, '--steps', String(steps), '--out', folder];
  await promisify(execFile)(process.execPath, [path.join(dist, 'cli.cjs'), ...command]);
}

/**
 * Compares the run shown with the one that this tells apart from it; resolves, once curves, distribution and masks of both are drawn, to what
 * they say of themselves.
 */
export async function compareOnScreen(workbench: Workbench, other: string): Promise<string[]> {
  await workbench.command('Dropscope: Compare Runs…');
  await workbench.pick(other);
  const frame = await workbench.webview('#compare:not([hidden])', LONGEST_MS);
  const labels: string[] = [];
  for (const drawn of [
    '#compare-loss[aria-label*="B: training"]',
    '#compare-distribution[aria-label*="B at step"]',
    '#compare-mask[aria-label*="in both runs at step"]',
  ]) {
    const canvas = frame.locator(drawn);
    await canvas.waitFor({ timeout: LONGEST_MS });
    labels.push((await canvas.getAttribute('aria-label')) ?? '');
  }
  return labels;
}
