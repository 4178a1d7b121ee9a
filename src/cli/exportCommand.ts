/** `dropscope export`: its arguments, and its result in words or JSON. */
import path from 'node:path';
import { byteSize } from '../shared/byteSize.ts';
import { exportFormats, type ExportResult } from '../shared/jobContract.ts';
import { tensorboardCommand } from '../shared/tensorboardCommand.ts';
import { readArguments } from './arguments.ts';
import { askEngine } from './engineJob.ts';
import { unusable } from './failure.ts';
import { jsonText } from './jsonText.ts';

export const exportHelp = `dropscope export: what a run measured, for other programs

Usage: dropscope export RUN --to ${exportFormats.join('|')} --out DIR [--json]

  RUN            a run folder; it is only read, also while it trains
  --to FORMAT    tensorboard: an event file with curves, histograms of weights and gradients, and the config as text
                 csv: train.csv and valid.csv, with a column for every number of metrics.jsonl
  --out DIR      a folder that is new or empty
  --json         one JSON document on stdout
`;

export async function exportCommand(args: readonly string[]): Promise<number> {
  const given = readArguments('export', args, { to: 'string', out: 'string', json: 'boolean' });
  const [run, extra] = given.positionals;
  if (run === undefined) throw unusable('export: no run (name a run folder)');
  if (extra !== undefined) throw unusable(`${extra}: export takes one run (export them one after another)`);
  const to = given.choice('to', exportFormats, 'format to export to');
  if (to === undefined) throw unusable(`--to: it is missing (one of ${exportFormats.join(', ')})`);
  const out = given.text('out');
  if (out === undefined) throw unusable('--out: it is missing (name the folder to write)');
  const result = await askEngine('exportRun', { folder: path.resolve(run), to, out: path.resolve(out) });
  process.stdout.write(given.has('json') ? jsonText({ ...result, ...look(result) }) : resultText(result));
  return 0;
}

/** The command that shows it, where there is one. */
function look({ to, folder, steps }: ExportResult): { readonly look?: string } {
  const shell = process.platform === 'win32' ? 'windows' : 'posix';
  return to === 'tensorboard' ? { look: tensorboardCommand(folder, steps, shell) } : {};
}

function resultText(result: ExportResult): string {
  const { to, steps, curves, histograms, files, bytes, notes } = result;
  const what = to === 'csv' ? `${curves} columns` : `${curves} curves and ${histograms} histograms`;
  const { look: command } = look(result);
  const lines = [
    `${what} over ${steps} ${steps === 1 ? 'step' : 'steps'}, ${byteSize(bytes)}`,
    ...notes,
    ...files,
    ...(command === undefined ? [] : [`look at it with: ${command}`]),
  ];
  return `${lines.join('\n')}\n`;
}
