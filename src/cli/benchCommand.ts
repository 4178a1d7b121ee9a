/** `dropscope bench`: its arguments, and its result as a table or JSON. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  benchIntrospections,
  benchModes,
  benchSizes,
  type BenchRequest,
  type BenchResult,
} from '../shared/benchContract.ts';
import { didYouMean } from '../shared/didYouMean.ts';
import { readArguments, type Arguments } from './arguments.ts';
import { backendChoices, backendFlag } from './backendFlag.ts';
import { askEngine, nativeFolder } from './engineJob.ts';
import { unusable } from './failure.ts';
import { jsonText } from './jsonText.ts';

const help = `dropscope bench: milliseconds per training step, and its parts

Usage: dropscope bench [--size S] [--backend B] [--steps N] [--threads N] [--mode M] [--introspection I]
                       [--against-torch PYTHON] [--rounds N] [--json]

  --size S                 ${benchSizes.join(', ')} (default small)
  --backend B              ${backendChoices}
  --steps N                timed steps in a round; steps to warm up come before and are not counted
  --threads N              how many threads compute
  --mode M                 ${benchModes.join(', ')}: whether a step is one native call; default captured where it can be
  --introspection I        ${benchIntrospections.join(', ')}: what is observed meanwhile (default off)
  --against-torch PYTHON   alternates with PyTorch's step, after comparing gradients
  --rounds N               rounds with PyTorch (default 3)
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
    json: 'boolean',
    help: 'boolean',
  });
  if (given.has('help')) {
    process.stdout.write(help);
    return 0;
  }
  const result = await askEngine('bench', benchRequest(given));
  process.stdout.write(given.has('json') ? jsonText(result) : benchText(result));
  return 0;
}

function benchRequest(given: Arguments): BenchRequest {
  const [stray] = given.positionals;
  if (stray !== undefined) throw unusable(`${stray}: bench takes only flags (see dropscope bench --help)`);
  const python = given.text('against-torch');
  const rounds = given.integer('rounds', 1, 1000);
  const mode = choice(given, 'mode', benchModes);
  const steps = given.integer('steps', 1, MOST);
  const threads = given.integer('threads', 1, 1024);
  const nativePath = nativeFolder();
  return {
    size: choice(given, 'size', benchSizes) ?? 'small',
    backend: backendFlag(given) ?? 'auto',
    introspection: choice(given, 'introspection', benchIntrospections) ?? 'off',
    ...(mode === undefined ? {} : { mode }),
    ...(steps === undefined ? {} : { steps }),
    ...(threads === undefined ? {} : { threads }),
    ...(python === undefined ? {} : { torch: { python, script: torchScript(), rounds: rounds ?? 3 } }),
    ...(nativePath === undefined ? {} : { nativePath }),
  };
}

function choice<T extends string>(given: Arguments, flag: string, known: readonly T[]): T | undefined {
  const value = given.text(flag);
  const found = known.find((each) => each === value);
  if (value === undefined || found !== undefined) return found;
  const meant = didYouMean(value, known);
  throw unusable(
    `--${flag}: there is no ${value} (${meant === undefined ? `choose ${known.join(', ')}` : `did you mean ${meant}?`})`,
  );
}

/** It stays in the repository: whoever compares has one. */
function torchScript(): string {
  const script = path.join(import.meta.dirname, '../test/bench/torch_step.py');
  if (existsSync(script)) return script;
  throw unusable(`--against-torch: ${script} is missing (run it from a checkout of the repository)`);
}

export function benchText(result: BenchResult): string {
  const { size, backend, mode, threads, steps, introspection, ms, fastest, parts, torch } = result;
  const share = (100 * result.gflops) / result.peakGflops;
  const lines = [
    `${size} on ${backend}, ${mode}, ${threads} threads, introspection ${introspection}: median of ${steps} steps`,
    `  a step         ${time(ms)} ms (fastest ${time(fastest)}; the first one ${time(result.firstStepMs)})`,
    `  forward        ${time(parts.forward)} ms`,
    `  backward       ${time(parts.backward)} ms`,
    `  update         ${time(parts.update)} ms`,
    `  tokens         ${Math.round(result.tokensPerSecond)} a second`,
    `  arithmetic     ${result.gflops.toFixed(1)} GFLOP/s, ${share.toFixed(0)} % of the ${result.peakGflops.toFixed(0)} of one large product`,
  ];
  if (torch) {
    const [low, high] = [Math.min(...torch.ratios), Math.max(...torch.ratios)];
    lines.push(
      `  PyTorch ${torch.version}, ${torch.threads} threads: ${time(torch.ms)} ms (fastest ${time(torch.fastest)})`,
      `  ratio          ${torch.ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)} in ${torch.ratios.length} alternated rounds: ${torch.ratios.map((ratio) => ratio.toFixed(2)).join(' ')})`,
      `  gradients      the same within ${torch.gradients.worst.toExponential(1)} (${torch.gradients.name})`,
    );
  }
  return `${[...lines, ...result.said.map((message) => `  ${message}`)].join('\n')}\n`;
}

function time(ms: number): string {
  return ms < 10 ? ms.toFixed(3) : ms.toFixed(1);
}
