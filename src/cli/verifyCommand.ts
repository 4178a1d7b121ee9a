/** `dropscope verify`: its arguments, and the verdict on every promise in words or JSON. */
import path from 'node:path';
import type { VerifyRequest, VerifyResult } from '../shared/jobContract.ts';
import { readArguments, type Arguments } from './arguments.ts';
import { backendChoices, backendFlag } from './backendFlag.ts';
import { askEngine } from './engineJob.ts';
import { jsonText } from './jsonText.ts';

const DEFAULT_STEPS = 5;
const MOST_STEPS = 10_000;

export const verifyHelp = `dropscope verify: check every promise about masks and gradients on real steps

Usage: dropscope verify --config F [CORPUS...] [--steps N] [--backend B] [--json]

  --config F     dropscope.json; without one the preset "small" is used
  CORPUS         files, folders or globs; without any, those of the config, or else a made-up text
  --steps N      training steps to look at (default ${DEFAULT_STEPS})
  --backend B    ${backendChoices}
  --json         one JSON document on stdout

Exit status: 0 every promise held, 1 one is broken, 2 unusable arguments or input. Nothing is written.
`;

/** Exit status 1 when a promise is broken. */
export async function verifyCommand(args: readonly string[]): Promise<number> {
  const given = readArguments('verify', args, {
    config: 'string',
    steps: 'string',
    backend: 'string',
    json: 'boolean',
  });
  const result = await askEngine('verify', verifyRequest(given), (message) => {
    process.stderr.write(`${message}\n`);
  });
  for (const warning of result.warnings) process.stderr.write(`${warning}\n`);
  process.stdout.write(given.has('json') ? jsonText(result) : textOf(result));
  return result.holds ? 0 : 1;
}

function verifyRequest(given: Arguments): VerifyRequest {
  const config = given.text('config');
  const backend = backendFlag(given);
  return {
    corpus: given.positionals,
    base: process.cwd(),
    steps: given.integer('steps', 1, MOST_STEPS) ?? DEFAULT_STEPS,
    ...(config === undefined ? {} : { configFile: path.resolve(config) }),
    ...(backend === undefined ? {} : { overrides: { backend } }),
  };
}

function textOf({ promises, steps, backend, corpus }: VerifyResult): string {
  const width = Math.max(...promises.map(({ title }) => title.length));
  const lines = promises.map(({ holds, title, sentence, number, unit }) => {
    return `${holds ? 'held  ' : 'BROKEN'}  ${title.padEnd(width)}  ${sentence} [${number} ${unit}]`;
  });
  const broken = promises.filter(({ holds }) => !holds).length;
  const text = corpus === 'made up' ? ', on a made-up text (name a CORPUS for one of your own)' : '';
  const sum = broken === 0 ? `all ${promises.length} promises held` : `${broken} of ${promises.length} promises broken`;
  return `${[...lines, `${sum} in ${steps} steps on ${backend.name}${text}`].join('\n')}\n`;
}
