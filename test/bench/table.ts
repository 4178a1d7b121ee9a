// The whole table of docs/performance.md in one go, as Markdown on stdout: every size on both backends alternated with
// PyTorch, its ratio beside the target, then what introspection costs at the sizes people train. About twenty minutes on a
// quiet machine: node test/bench/table.ts PYTHON (after npm run build; DROPSCOPE_NATIVE where the native backend is).
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { benchSizes, type BenchResult, type BenchSize } from '../../src/shared/benchContract.ts';

const TARGETS = {
  tensorflow: { tiny: 0.3, small: 0.8, medium: 0.7, ulmfit: 0.68 },
  wasm: { tiny: 0.1, small: 1.8, medium: 2.3, ulmfit: 2.6 },
} as const;
const BACKENDS = ['tensorflow', 'wasm'] as const;
type Backend = (typeof BACKENDS)[number];

/** Steps in a round and rounds with PyTorch: long enough for a median, short enough to alternate often. */
const PACE: Readonly<Record<BenchSize, readonly [steps: number, rounds: number]>> = {
  tiny: [300, 9],
  small: [40, 9],
  medium: [4, 7],
  ulmfit: [2, 5],
};
/** Of introspection: steps in whole sixteens, at which distributions are taken. */
const OBSERVED: Readonly<Partial<Record<BenchSize, readonly [steps: number, rounds: number]>>> = {
  small: [320, 5],
  medium: [32, 3],
};
const COST_TARGETS = { on: 0.05, visible: 0.1 } as const;

const run = promisify(execFile);
const cli = path.join(import.meta.dirname, '../../dist/cli.cjs');

async function bench(backend: Backend, size: BenchSize, pace: readonly [number, number], more: readonly string[]) {
  process.stderr.write(`${size} on ${backend}, ${more[0]!.slice(2)}\n`);
  const [steps, rounds] = pace.map(String) as [string, string];
  const flags = ['--size', size, '--backend', backend, '--steps', steps, '--rounds', rounds, '--json'];
  const { stdout } = await run(process.execPath, [cli, 'bench', ...flags, ...more], { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout) as BenchResult;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

function range(values: readonly number[], text: (value: number) => string): string {
  return `${text(Math.min(...values))} to ${text(Math.max(...values))}`;
}

const twoDigits = (value: number): string => value.toFixed(2);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const ms = (value: number): string =>
  value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);

const python = process.argv[2];
if (python === undefined) throw new Error('node test/bench/table.ts PYTHON: a Python that has torch is needed');

const heads = ['size', 'backend', 'median ms', 'PyTorch ms', 'ratio (range of rounds)', 'fastest / fastest', 'target'];
process.stdout.write(row([...heads, 'of the peak']) + row(Array.from({ length: heads.length + 1 }, () => '---')));
for (const size of benchSizes) {
  for (const backend of BACKENDS) {
    const result = await bench(backend, size, PACE[size], ['--against-torch', python]);
    const { torch } = result;
    process.stdout.write(
      row([
        ...[size, `${backend}, ${result.mode}, ${result.threads} threads`, ms(result.ms), ms(torch!.ms)],
        `${twoDigits(torch!.ratio)} (${range(torch!.ratios, twoDigits)})`,
        ...[twoDigits(result.fastest / torch!.fastest), twoDigits(TARGETS[backend][size])],
        `${percent(result.peakShare)} of ${result.peakGflops.toFixed(0)} GF/s`,
      ]),
    );
  }
}

process.stdout.write(
  `\n${row(['size', 'backend', 'introspection', 'looking', 'slower steps', 'all time (range of rounds)', 'target'])}`,
);
process.stdout.write(row(Array.from({ length: 7 }, () => '---')));
for (const [size, pace] of Object.entries(OBSERVED) as [BenchSize, readonly [number, number]][]) {
  for (const backend of BACKENDS) {
    const { costs } = await bench(backend, size, pace, ['--introspection', 'all']);
    for (const { introspection, ratio, ratios, looking, slower } of costs) {
      const more = (of: number): string => percent(of - 1);
      const target = `under ${percent(COST_TARGETS[introspection])}`;
      process.stdout.write(
        row([
          ...[size, backend, introspection, percent(looking), percent(slower)],
          ...[`${more(ratio)} (${range(ratios, more)})`, target],
        ]),
      );
    }
  }
}
