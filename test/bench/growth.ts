// How a step's time grows with each of its sizes: around the size small, one of them at a time, on both backends. Writes
// docs/pictures/growth.json and draws growth.svg from it. About three minutes on a quiet machine; `--draw` only draws again.
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { chooseBackend } from '../../src/engine/backends/chooseBackend.ts';
import { dimensions, stepFlops } from '../../src/engine/bench/benchModel.ts';
import { BenchSteps } from '../../src/engine/bench/benchSteps.ts';
import { median } from '../../src/engine/bench/median.ts';
import { type Growth, growthPlot, type GrowthAxis, type GrowthPoint } from './growthPlot.ts';

const BACKENDS = ['tensorflow', 'wasm'] as const;
const VALUES: Readonly<Record<GrowthAxis, readonly number[]>> = {
  bptt: [18, 35, 70, 140, 280],
  bs: [4, 8, 16, 32, 64],
  n_hid: [32, 64, 128, 256, 512],
  vocab_sz: [24, 96, 384, 1536, 6144],
  n_layers: [1, 2, 3, 4, 6],
};
const WARM_UP = 3;
const LEAST_STEPS = 6;
const MOST_STEPS = 40;
/** What a point may take once it is warm. */
const POINT_MS = 1000;

const pictures = path.join(import.meta.dirname, '../../docs/pictures');
const jsonFile = path.join(pictures, 'growth.json');

async function measure(backend: string): Promise<Growth['series'][number]> {
  const report = await chooseBackend(backend);
  const axes = Object.entries(VALUES).map(([axis, values]) => {
    const points = values.map((value): GrowthPoint => {
      const sizes = { ...dimensions.small, [axis]: value };
      const run = new BenchSteps(sizes, report);
      run.run(WARM_UP, 'off');
      const times: number[] = [];
      const until = performance.now() + POINT_MS;
      while (times.length < LEAST_STEPS || (times.length < MOST_STEPS && performance.now() < until))
        times.push(run.run(1, 'off')[0]!.ms);
      run.dispose();
      process.stderr.write(`${backend}: ${axis} ${value}: ${median(times).toFixed(2)} ms\n`);
      return { value, flops: stepFlops(sizes), fastest: Math.min(...times), ms: median(times) };
    });
    return [axis, points] as const;
  });
  return {
    backend,
    threads: report.threads,
    axes: Object.fromEntries(axes) as Record<GrowthAxis, GrowthPoint[]>,
  };
}

/** Each backend in a process of its own: the other one's threads would take part. */
async function measureApart(backend: string): Promise<Growth['series'][number]> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--measure', backend], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const answer = (await text(child.stdout)).trim().split('\n').at(-1)!;
  return JSON.parse(answer) as Growth['series'][number];
}

const [how, backend] = process.argv.slice(2);
if (how === '--measure') {
  process.stdout.write(`${JSON.stringify(await measure(backend!))}\n`, () => process.exit());
} else {
  if (how !== '--draw') {
    const series: Growth['series'][number][] = [];
    for (const name of BACKENDS) series.push(await measureApart(name));
    const growth: Growth = { around: dimensions.small, node: process.version, series };
    await writeFile(jsonFile, `${JSON.stringify(growth, null, 2)}\n`);
  }
  const growth = JSON.parse(await readFile(jsonFile, 'utf8')) as Growth;
  await writeFile(path.join(pictures, 'growth.svg'), growthPlot(growth));
}
