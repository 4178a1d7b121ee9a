/** `dropscope bench`: its arguments, and its result as a table or JSON. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { benchIntrospections, benchModes, benchSizes, type BenchRequest } from '../shared/benchContract.ts';
import { readArguments, type Arguments } from './arguments.ts';
import { backendChoices, backendFlag } from './backendFlag.ts';
import { benchText } from './benchText.ts';
import { askEngine } from './engineJob.ts';
import { unusable } from './failure.ts';
import { jsonText } from './jsonText.ts';

export const benchHelp = `dropscope bench: milliseconds per training step, and its parts

Usage: dropscope bench [--size S] [--backend B] [--steps N] [--threads N] [--mode M] [--introspection I]
                       [--profile] [--against-torch PYTHON] [--rounds N] [--json]

  --size S                 ${benchSizes.join(', ')} (default small)
  --backend B              ${backendChoices}
  --steps N                timed steps in a round; steps to warm up come before and are not counted
  --threads N              how many threads compute
  --mode M                 ${benchModes.join(', ')}: whether a step is one native call; default captured where it can be
  --introspection I        ${benchIntrospections.join(', ')}: what is observed meanwhile (default off): on is a run with its
                           panel closed, visible with it open; alternates with off and prints what it costs, all does both
  --profile                also where the time of a step goes, kernel by kernel, in eager steps of their own
  --against-torch PYTHON   alternates with PyTorch's step, after comparing gradients
  --rounds N               rounds of all that is compared (default 3 with PyTorch, 5 for introspection, else 1)
  --json                   one JSON document on stdout
`;

const MOST = 1_000_000;

export async function benchCommand(args: readonly string[]): Promise<number> {
  const given = readArguments('bench', args, {
    size: 'string',
    backend: 'string',
    steps: 'string',
    threads: 'string',
    mode: 'string',
    introspection: 'string',
    'against-torch': 'string',
    rounds: 'string',
    profile: 'boolean',
    json: 'boolean',
  });
  const result = await askEngine('bench', benchRequest(given));
  process.stdout.write(given.has('json') ? jsonText(result) : benchText(result));
  return 0;
}

function benchRequest(given: Arguments): BenchRequest {
  const [stray] = given.positionals;
  if (stray !== undefined) throw unusable(`${stray}: bench takes only flags (see dropscope bench --help)`);
  const python = given.text('against-torch');
  const rounds = given.integer('rounds', 1, 1000);
  const mode = given.choice('mode', benchModes, 'mode');
  const steps = given.integer('steps', 1, MOST);
  const threads = given.integer('threads', 1, 1024);
  return {
    size: given.choice('size', benchSizes, 'size') ?? 'small',
    backend: backendFlag(given) ?? 'auto',
    introspection: given.choice('introspection', benchIntrospections, 'way to introspect') ?? 'off',
    ...(mode === undefined ? {} : { mode }),
    ...(steps === undefined ? {} : { steps }),
    ...(threads === undefined ? {} : { threads }),
    ...(rounds === undefined ? {} : { rounds }),
    ...(given.has('profile') ? { profile: true } : {}),
    ...(python === undefined ? {} : { torch: { python, script: torchScript() } }),
  };
}

/** It stays in the repository: whoever compares has one. */
function torchScript(): string {
  const script = path.join(import.meta.dirname, '../test/bench/torch_step.py');
  if (existsSync(script)) return script;
  throw unusable(`--against-torch: ${script} is missing (run it from a checkout of the repository)`);
}
