/** `dropscope convert`: its arguments, and its result in words or JSON. */
import path from 'node:path';
import { keyStyles } from '../shared/jobContract.ts';
import { readArguments } from './arguments.ts';
import { askEngine } from './engineJob.ts';
import { unusable } from './failure.ts';
import { jsonText } from './jsonText.ts';

export const convertHelp = `dropscope convert: a checkpoint from one key style to another

Usage: dropscope convert CHECKPOINT --to ${keyStyles.join('|')} --out F [--json]

  CHECKPOINT     a .safetensors, .pt or .pth file in any of these styles (and fastai 0.7's), or a run folder: its latest
  --to STYLE     whose names to write, with that program's full key set
  --out F        the file to write, safetensors
  --json         one JSON document on stdout
`;

export async function convertCommand(args: readonly string[]): Promise<number> {
  const given = readArguments('convert', args, { to: 'string', out: 'string', json: 'boolean' });
  const [checkpoint, extra] = given.positionals;
  if (checkpoint === undefined) throw unusable('convert: no checkpoint (name a .safetensors file or a run folder)');
  if (extra !== undefined) throw unusable(`${extra}: convert takes one checkpoint (convert them one after another)`);
  const to = given.choice('to', keyStyles, 'key style');
  if (to === undefined) throw unusable(`--to: it is missing (one of ${keyStyles.join(', ')})`);
  const out = given.text('out');
  if (out === undefined) throw unusable('--out: it is missing (name the file to write)');
  const result = await askEngine('convert', { checkpoint: path.resolve(checkpoint), to, out: path.resolve(out) });
  const text = `${result.names.length} tensors in ${to}'s names, from ${result.from}\n${result.file}\n`;
  process.stdout.write(given.has('json') ? jsonText(result) : text);
  return 0;
}
