/** `dropscope trace`: its arguments, and its result in words or JSON. */
import path from 'node:path';
import type { TraceRequest, TraceResult } from '../shared/jobContract.ts';
import { readArguments, type Arguments } from './arguments.ts';
import { backendChoices, backendFlag } from './backendFlag.ts';
import { askEngine } from './engineJob.ts';
import { Failure, unusable } from './failure.ts';
import { jsonText } from './jsonText.ts';

export const traceHelp = `dropscope trace: one forward and backward pass, with every tensor of it

Usage: dropscope trace --config F --weights F --tokens F [--masks F] [--eval] [--backend B] --out F [--json]

  --config F     dropscope.json: the model, the loss and the seed
  --weights F    safetensors, in the key style of Dropscope, fastai or salesforce
  --tokens F     {"input": [[...]], "target": [[...]]}, both [B, T]
  --masks F      safetensors, already scaled by 1/(1-p); without it they are drawn from the seed
  --eval         evaluation: nothing is dropped; gradients are written all the same
  --backend B    ${backendChoices}
  --out F        the trace, safetensors
  --json         one JSON document on stdout
`;

/** Exit status 1 when a tensor is not finite: the trace is written then too. */
export async function traceCommand(args: readonly string[]): Promise<number> {
  const given = readArguments('trace', args, {
    config: 'string',
    weights: 'string',
    tokens: 'string',
    masks: 'string',
    eval: 'boolean',
    backend: 'string',
    out: 'string',
    json: 'boolean',
  });
  const result = await askEngine('trace', traceRequest(given));
  for (const warning of result.warnings) process.stderr.write(`${warning}\n`);
  process.stdout.write(given.has('json') ? jsonText(result) : textOf(result));
  if (result.nonFinite === undefined) return 0;
  throw new Failure(
    1,
    `trace: the numbers are not finite, first in ${result.nonFinite} (look at it in ${result.file}; the weights may hold such a number)`,
  );
}

function traceRequest(given: Arguments): TraceRequest {
  const [stray] = given.positionals;
  if (stray !== undefined) throw unusable(`${stray}: trace takes only flags (see dropscope trace --help)`);
  const needed = (flag: string) => {
    const file = given.text(flag);
    if (file === undefined) throw unusable(`--${flag}: it is missing (see dropscope trace --help)`);
    return path.resolve(file);
  };
  const masks = given.text('masks');
  const backend = backendFlag(given);
  return {
    config: needed('config'),
    weights: needed('weights'),
    tokens: needed('tokens'),
    out: needed('out'),
    mode: given.has('eval') ? 'eval' : 'train',
    ...(masks === undefined ? {} : { masks: path.resolve(masks) }),
    ...(backend === undefined ? {} : { backend }),
  };
}

function textOf({ file, tensors, loss, ce, ar, tar, backend }: TraceResult): string {
  const parts = [ce, ar, tar].map((part) => part.toFixed(6));
  const sum = `loss ${loss.toFixed(6)} = ce ${parts[0]} + ar ${parts[1]} + tar ${parts[2]}`;
  return `${tensors} tensors on ${backend.name}: ${sum}\n${file}\n`;
}
