/** `dropscope generate`: its arguments, and its result in words or JSON. */
import path from 'node:path';
import { hyperparameters } from '../shared/hyperparameters.ts';
import type { GenerateRequest } from '../shared/jobContract.ts';
import { readArguments, type Arguments } from './arguments.ts';
import { backendChoices, backendFlag } from './backendFlag.ts';
import { askEngine } from './engineJob.ts';
import { unusable } from './failure.ts';
import { jsonText } from './jsonText.ts';

export const generateHelp = `dropscope generate: sample text from a run or checkpoint

Usage: dropscope generate RUN_OR_CHECKPOINT [--prompt T] [--tokens N] [--temperature X] [--top-k K] [--seed N]
                          [--backend B] [--json]

  RUN_OR_CHECKPOINT  a run folder (its best checkpoint, else its latest), or a .safetensors file with vocab.json
                     beside or above it
  --prompt T         what to go on from; without it a document is begun
  --tokens N         how many tokens to add (default 100)
  --temperature X    1 (default) leaves the model's distribution, below 1 is bolder in what is likely, 0 always takes
                     the likeliest token
  --top-k K          choose among the K likeliest tokens only
  --seed N           the same seed writes the same text (default: the run's)
  --backend B        ${backendChoices}
  --json             one JSON document on stdout
`;

const MOST_TOKENS = 100_000;
const HOTTEST = 1000;

export async function generateCommand(args: readonly string[]): Promise<number> {
  const given = readArguments('generate', args, {
    prompt: 'string',
    tokens: 'string',
    temperature: 'string',
    'top-k': 'string',
    seed: 'string',
    backend: 'string',
    json: 'boolean',
  });
  const result = await askEngine('generate', generateRequest(given));
  for (const warning of result.warnings) process.stderr.write(`${warning}\n`);
  process.stdout.write(given.has('json') ? jsonText(result) : `${result.text}\n`);
  return 0;
}

function generateRequest(given: Arguments): GenerateRequest {
  const [checkpoint, extra] = given.positionals;
  if (checkpoint === undefined) throw unusable('generate: no checkpoint (name a run folder or a .safetensors file)');
  if (extra !== undefined) throw unusable(`${extra}: generate takes one run or checkpoint (a prompt goes to --prompt)`);
  const { seed: bounds, vocab_sz } = hyperparameters;
  const topK = given.integer('top-k', 1, vocab_sz.max);
  const seed = given.integer('seed', bounds.min, bounds.max);
  const backend = backendFlag(given);
  return {
    checkpoint: path.resolve(checkpoint),
    prompt: given.text('prompt') ?? '',
    tokens: given.integer('tokens', 1, MOST_TOKENS) ?? 100,
    temperature: temperature(given.text('temperature')),
    ...(topK === undefined ? {} : { topK }),
    ...(seed === undefined ? {} : { seed }),
    ...(backend === undefined ? {} : { backend }),
  };
}

function temperature(text: string | undefined): number {
  if (text === undefined) return 1;
  const value = text.trim() === '' ? NaN : Number(text);
  if (value >= 0 && value <= HOTTEST) return value;
  throw unusable(`--temperature: "${text}" is not a number from 0 to ${HOTTEST} (1 leaves the distribution)`);
}
