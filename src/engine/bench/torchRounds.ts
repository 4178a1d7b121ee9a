/** PyTorch's rounds beside ours, once it is certain that both compute the same gradients. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BenchDimensions, BenchTorch } from '../../shared/benchContract.ts';
import { benchBatch, benchSettings, LEARNING_RATE } from './benchModel.ts';
import type { BenchSteps } from './benchSteps.ts';
import { median } from './median.ts';
import { type TorchPlace, type TorchReady, TorchSide } from './torchSide.ts';

export class TorchRounds {
  readonly #side: TorchSide;
  readonly #ready: TorchReady;
  readonly #gradients: BenchTorch['gradients'];
  readonly #theirs: number[] = [];
  readonly #ratios: number[] = [];
  #round: readonly number[] = [];

  private constructor(side: TorchSide, ready: TorchReady, gradients: BenchTorch['gradients']) {
    this.#side = side;
    this.#ready = ready;
    this.#gradients = gradients;
  }

  /** Throws a sentence when that Python has no torch. */
  static async start(
    place: TorchPlace,
    run: BenchSteps,
    sizes: BenchDimensions,
    threads: number | undefined,
  ): Promise<TorchRounds> {
    const { clip, alpha, beta } = benchSettings(sizes);
    const setup = { ...sizes, clip, alpha, beta, lr: LEARNING_RATE, ...(threads === undefined ? {} : { threads }) };
    const { side, ready } = await TorchSide.start(place, setup);
    try {
      return new TorchRounds(side, ready, await compareGradients(run, side, sizes));
    } catch (error) {
      side.end();
      throw error;
    }
  }

  async run(steps: number): Promise<void> {
    const { ms } = await this.#side.ask<{ ms: number[] }>({ command: 'step', steps } as { command: string });
    this.#round = ms;
    this.#theirs.push(...ms);
  }

  /** Our milliseconds of the round. */
  compared(ours: readonly number[]): void {
    this.#ratios.push(median(ours) / median(this.#round));
  }

  result(): BenchTorch {
    const [theirs, ratios, gradients] = [this.#theirs, this.#ratios, this.#gradients];
    return {
      ...this.#ready,
      ...{ ms: median(theirs), fastest: Math.min(...theirs), ratios, ratio: median(ratios), gradients },
    };
  }

  end(): void {
    this.#side.end();
  }
}

/** One step with our weights, tokens and masks on both sides. */
async function compareGradients(
  { model, trainer }: BenchSteps,
  side: TorchSide,
  sizes: BenchDimensions,
): Promise<BenchTorch['gradients']> {
  const batch = benchBatch(sizes, 1);
  const trace = trainer.trace(batch, { train: true });
  const folder = await mkdtemp(path.join(tmpdir(), 'dropscope-bench-'));
  try {
    const parameters = [...model.namedParameters().keys()];
    const given = trace.names().filter((name) => name.startsWith('mask/') || parameters.includes(name));
    const tensors = given.map((name) => ({ name, ...trace.read(name)! }));
    const from = path.join(folder, 'given');
    const to = path.join(folder, 'gradients');
    await writeFile(
      from,
      Buffer.concat(tensors.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength))),
    );
    const question = {
      command: 'gradients',
      from,
      to,
      tensors: tensors.map(({ name, shape }) => ({ name, shape })),
      input: [...batch.input],
      target: [...batch.target],
    };
    const { names } = await side.ask<{ names: string[] }>(question);
    const bytes = await readFile(to);
    const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    let at = 0;
    let worst = { worst: 0, name: '' };
    for (const name of names) {
      const { data } = trace.read(`grad/${name}`)!;
      const theirs = values.subarray(at, (at += data.length));
      const apart = data.reduce((most, value, index) => Math.max(most, Math.abs(value - theirs[index]!)), 0);
      const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
      if (apart / largest > worst.worst) worst = { worst: apart / largest, name };
    }
    return worst;
  } finally {
    trace.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}
