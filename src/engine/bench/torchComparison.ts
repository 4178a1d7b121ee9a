/** Alternates our steps with PyTorch's, after making sure that both compute the same gradients. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BenchRequest, BenchSize, BenchTorch } from '../../shared/benchContract.ts';
import type { LanguageModel } from '../models/languageModel.ts';
import type { Trainer } from '../training/trainer.ts';
import { benchBatch, benchSettings, dimensions, LEARNING_RATE } from './benchModel.ts';
import { median } from './median.ts';
import { TorchSide } from './torchSide.ts';

interface Named {
  readonly name: string;
  readonly shape: readonly number[];
}

/** `ours` runs a round and gives its median milliseconds. */
export async function compareWithTorch(
  model: LanguageModel,
  trainer: Trainer,
  { size, threads, torch, steps = dimensions[size].steps }: BenchRequest,
  ours: () => number,
): Promise<BenchTorch> {
  const { rounds, ...place } = torch!;
  const { clip, alpha, beta } = benchSettings(size);
  const setup = {
    ...dimensions[size],
    clip,
    alpha,
    beta,
    lr: LEARNING_RATE,
    ...(threads === undefined ? {} : { threads }),
  };
  const { side, ready } = await TorchSide.start(place, setup);
  try {
    const gradients = await compareGradients(model, trainer, side, size);
    const theirs: number[] = [];
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const { ms } = await side.ask<{ ms: number[] }>({ command: 'step', steps } as { command: string });
      theirs.push(...ms);
      ratios.push(ours() / median(ms));
    }
    return { ...ready, ms: median(theirs), fastest: Math.min(...theirs), ratios, ratio: median(ratios), gradients };
  } finally {
    side.end();
  }
}

/** One step with our weights, tokens and masks on both sides. */
async function compareGradients(
  model: LanguageModel,
  trainer: Trainer,
  side: TorchSide,
  size: BenchSize,
): Promise<BenchTorch['gradients']> {
  const batch = benchBatch(size, 1);
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
      tensors: tensors.map(({ name, shape }): Named => ({ name, shape })),
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
