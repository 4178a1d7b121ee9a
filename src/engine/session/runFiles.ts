/**
 * The folder of a run while it trains: its lock, its record, its metrics and its checkpoints, each written so that the
 * process may be killed at any moment.
 */
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { EvalLine, LogLine, TrainLine } from '../../shared/engineContract.ts';
import { markCheckpoint, pruneCheckpoints, saveCheckpoint, type Checkpoint } from '../checkpoints/checkpointFiles.ts';
import { openMetrics, type MetricsWriter } from '../checkpoints/metricsFile.ts';
import { writeRunRecord, type RunRecord } from '../checkpoints/runFolder.ts';
import type { NamedTensor } from '../checkpoints/safetensors.ts';
import type { RunLock } from '../checkpoints/runLock.ts';
import type { LanguageModel } from '../models/languageModel.ts';
import type { Progress } from '../training/loop.ts';
import type { Trainer } from '../training/trainer.ts';

const FORMAT = 'dropscope-1';

export class RunFiles {
  readonly folder: string;
  #record: RunRecord;
  readonly #lock: RunLock;
  readonly #metrics: MetricsWriter;

  private constructor(folder: string, record: RunRecord, lock: RunLock, metrics: MetricsWriter) {
    this.folder = folder;
    this.#record = record;
    this.#lock = lock;
    this.#metrics = metrics;
  }

  /** Takes over a folder that exists and is locked by us, and says in run.json that the run goes on. */
  static async open(folder: string, record: RunRecord, lock: RunLock, log: (line: LogLine) => void): Promise<RunFiles> {
    await writeRunRecord(folder, record);
    const metrics = await openMetrics(folder, (error) => log({ level: 'error', message: error.message }));
    return new RunFiles(folder, record, lock, metrics);
  }

  get id(): string {
    return path.basename(this.folder);
  }

  append(line: TrainLine | EvalLine): void {
    this.#metrics.append(line);
  }

  /** Metrics first: a checkpoint never knows of a step that metrics.jsonl does not. */
  async checkpoint(trainer: Trainer, progress: Progress, best: boolean): Promise<void> {
    const { step, bestCe, evaluations, evaluationDue = false } = progress;
    await this.#metrics.flush();
    const { config } = this.#record;
    const named = (tensors: Map<string, tf.Tensor>) => Array.from(tensors, namedTensor);
    await saveCheckpoint(this.folder, step, {
      weights: {
        tensors: named(trainer.weights()),
        metadata: { format: FORMAT, step: String(step), config: JSON.stringify(config) },
      },
      state: {
        tensors: named(trainer.state()),
        metadata: {
          format: FORMAT,
          step: String(step),
          best_ce: String(bestCe),
          evaluations: JSON.stringify(evaluations),
          evaluation_due: String(evaluationDue),
        },
      },
    });
    if (best) await markCheckpoint(this.folder, 'best', step);
    await pruneCheckpoints(this.folder, config.keep_checkpoints);
  }

  async flush(): Promise<void> {
    await this.#metrics.flush();
  }

  async setStatus(status: RunRecord['status'], error: string | null = null): Promise<void> {
    const over = status === 'done' || status === 'stopped' || status === 'failed';
    this.#record = { ...this.#record, status, error, ended: over ? new Date().toISOString() : null };
    await writeRunRecord(this.folder, this.#record);
  }

  /** Closes the metrics and gives the folder free, whatever happens to the first. */
  async close(): Promise<void> {
    try {
      await this.#metrics.close();
    } finally {
      await this.#lock.release();
    }
  }
}

function namedTensor([name, tensor]: [string, tf.Tensor]): NamedTensor {
  return { name, shape: tensor.shape, data: tensor.dataSync<'float32'>().slice() };
}

/** Puts a checkpoint's values into a model and its trainer, and says how far that run was. */
export function restoreCheckpoint(
  { step, weights, state }: Checkpoint,
  model: LanguageModel,
  trainer: Trainer,
): Progress {
  assignParameters(model, weights.tensors);
  const tensors = new Map(state.tensors.map(({ name, shape, data }) => [name, tf.tensor(data, [...shape])]));
  try {
    trainer.restoreState(tensors);
  } finally {
    for (const tensor of tensors.values()) tensor.dispose();
  }
  const { best_ce = 'Infinity', evaluations = '[]', evaluation_due } = state.metadata;
  return {
    step,
    bestCe: Number(best_ce),
    evaluations: JSON.parse(evaluations) as number[],
    evaluationDue: evaluation_due === 'true',
  };
}

/** Every parameter of the model from `tensors`. Throws a sentence for one that is missing or has another shape. */
export function assignParameters(model: LanguageModel, tensors: readonly NamedTensor[]): void {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  for (const [name, parameter] of model.namedParameters()) {
    const found = byName.get(name);
    if (!found) throw new Error(`${name} is missing (it holds ${[...byName.keys()].slice(0, 4).join(', ')}, …)`);
    const value = tf.tensor(found.data, [...found.shape]);
    try {
      if (!tf.util.arraysEqual([...found.shape], parameter.shape)) {
        throw new Error(`${name} is [${found.shape.join(', ')}], this model needs [${parameter.shape.join(', ')}]`);
      }
      parameter.assign(value);
    } finally {
      value.dispose();
    }
  }
}
