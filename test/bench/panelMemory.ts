/**
 * Memory of host and page while a run trains with its panel open: a shortened hour at high speed. Samples after a collection,
 * and the growth for each 1000 steps from the least squares of the samples after
 * a third of the steps, or once curves have reached the number of rows that they keep. By hand, after
 * `npm run build`: `node test/bench/panelMemory.ts [--steps 50000]`.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { MOST_ROWS } from '../../src/shared/thinning.ts';
import { tinyConfig } from '../process/engineHarness.ts';
import { openPanel, type PanelSample } from './panelHost.ts';

/**
 * Hundreds of steps a second: what grows with steps shows soon. It goes on until all samples are taken, however long those
 * take.
 */
const CONFIG = { ...tinyConfig, steps: 1e6, epochs: 1e6, checkpoint_every: 2000, eval_every: 1000 };
const SAMPLES = 24;
/** By then the curves of host and page were thinned for the first time. */
const SETTLED = 1.25 * MOST_ROWS;

/** What a step adds to a curve while it is not thinned: 8 bytes in each of its columns, here 9, 2 a parameter, 1 a site. */
export const CURVE_BYTES_A_STEP = 8 * (9 + 2 * 10 + 6);

export interface PanelMemory {
  readonly samples: readonly PanelSample[];
  /** Bytes for each 1000 steps. */
  readonly page: number;
  readonly host: number;
  readonly seconds: number;
}

/** Trains at least `steps` steps on the embedded backend. */
export async function panelMemory(steps: number): Promise<PanelMemory> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dropscope-memory-'));
  const recorded = await readFile(path.join(import.meta.dirname, '../fixtures/recordedRun/run.json'), 'utf8');
  const text = path.join(folder, 'text.txt');
  await writeFile(text, Array.from({ length: 4000 }, (_, at) => `word${(at * at) % 23}`).join(' '));
  const began = performance.now();
  const panel = await openPanel(
    {
      folder: path.join(folder, 'run'),
      corpus: [text],
      base: folder,
      config: CONFIG,
      host: 'bench',
      onTrouble: 'fail',
    },
    recorded,
  );
  try {
    await panel.page.locator('#pane-raw[aria-label*="step"]').waitFor();
    const samples: PanelSample[] = [];
    while (samples.length < SAMPLES) {
      if (panel.now().ended) throw new Error(`the run ended at step ${panel.now().step}`);
      if (panel.now().step >= (samples.length * steps) / (SAMPLES - 1)) samples.push(await panel.sample());
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const late = samples.filter(({ step }) => step >= Math.max(steps / 3, steps > 2 * SETTLED ? SETTLED : 0));
    const seconds = (performance.now() - began) / 1000;
    return { samples, page: growth(late, 'page'), host: growth(late, 'host'), seconds };
  } finally {
    await panel.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Slope of the least squares, for each 1000 steps. */
function growth(samples: readonly PanelSample[], of: 'page' | 'host'): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(samples.map(({ step }) => step)), mean(samples.map((sample) => sample[of]))];
  const across = samples.reduce((sum, sample) => sum + (sample.step - x) * (sample[of] - y), 0);
  return (1000 * across) / samples.reduce((sum, { step }) => sum + (step - x) ** 2, 0);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { steps: { type: 'string', default: '50000' } } });
  const { samples, page, host, seconds } = await panelMemory(Number(values.steps));
  const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(1).padStart(7);
  process.stdout.write('   step  page MB  host MB\n');
  for (const sample of samples)
    process.stdout.write(`${String(sample.step).padStart(7)} ${mb(sample.page)}  ${mb(sample.host)}\n`);
  const kb = (bytes: number) => (bytes / 1024).toFixed(0);
  process.stdout.write(
    `growth: page ${kb(page)} KB, host ${kb(host)} KB for each 1000 steps (${seconds.toFixed(0)} s)\n`,
  );
}
