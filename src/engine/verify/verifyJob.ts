/**
 * `dropscope verify`: a model is built as for training and does real steps; before each of them every promise of
 * docs/design.md is looked at. Nothing is written anywhere.
 */
import { setImmediate } from 'node:timers/promises';
import type { EvalLine, TrainLine } from '../../shared/engineContract.ts';
import type { VerifyRequest, VerifyResult } from '../../shared/jobContract.ts';
import { buildRun, disposeParts, type RunParts } from '../session/buildRun.ts';
import { readRunConfig } from '../session/runConfig.ts';
import { requestedTexts } from '../session/runCorpus.ts';
import { trainLoop, type LoopHost } from '../training/loop.ts';
import type { TokenBatch } from '../training/trainerBatch.ts';
import { Examination } from './examine.ts';
import { languageModelSubject } from './languageModelSubject.ts';
import { madeUpText } from './madeUpText.ts';
import { honestCost, type StepCost } from './promises/honestCost.ts';

/** Progress is said at most this often, since a step of a small model takes milliseconds. */
const SAID_MS = 2000;

/** `say` is told, for people, how far it is. Throws BadInput for what cannot be trained with, or what the backend says. */
export async function verifyJob(request: VerifyRequest, say: (message: string) => void): Promise<VerifyResult> {
  const { steps } = request;
  const overrides = { ...request.overrides, steps, epochs: null, valid_fraction: 0 };
  const { config, base, warnings } = await readRunConfig({ ...request, overrides });
  const named = request.corpus.length > 0 || config.corpus.length > 0;
  const texts = named
    ? requestedTexts(request, config.corpus, base)
    : { entries: [], base, documents: [{ name: 'made-up text', text: madeUpText(config) }] };
  const parts = await buildRun({ request, config, corpus: texts, say });
  try {
    const promises = await examineRun(parts, say);
    const { backend } = parts;
    const holds = promises.every((promise) => promise.holds);
    return { holds, steps, backend, corpus: named ? 'given' : 'made up', promises, warnings };
  } finally {
    disposeParts(parts);
  }
}

async function examineRun(parts: RunParts, say: (message: string) => void): Promise<VerifyResult['promises']> {
  const { model, trainer, config, data, plan } = parts;
  const examination = new Examination(languageModelSubject(model, config, examinedBatch(data)));
  let said = -Infinity;
  const host = new ExaminingHost(parts, (step) => {
    if (performance.now() - said >= SAID_MS) {
      said = performance.now();
      say(`looking at step ${step} of ${plan.steps}`);
    }
    trainer.aside(() => examination.look(step));
  });
  await trainLoop({ ...parts, from: { step: 0, bestCe: Infinity, evaluations: [] } }, host);
  return [...examination.verdicts(), honestCost(host.costs)];
}

/** The first batch; windows of one token are doubled, since from a zero state recurrent weights act from the second on. */
function examinedBatch(data: RunParts['data']): TokenBatch {
  const batch = data.batch(1, 0);
  if (batch.length > 1) return batch;
  const twice = (ids: Int32Array): Int32Array => Int32Array.from({ length: 2 * ids.length }, (_, at) => ids[at >> 1]!);
  return { rows: batch.rows, length: 2, input: twice(batch.input), target: twice(batch.target) };
}

/** Drives the training loop as a session does: between two steps it examines, and answers a view as an open one would. */
class ExaminingHost implements LoopHost {
  readonly costs: StepCost[] = [];
  readonly #parts: RunParts;
  readonly #examine: (step: number) => void;
  #introspectionMs = 0;
  #viewMs = 0;
  #went = 0;

  constructor(parts: RunParts, examine: (step: number) => void) {
    this.#parts = parts;
    this.#examine = examine;
  }

  async turn(stepsDone: number): Promise<'go'> {
    await setImmediate();
    const began = performance.now();
    this.#look();
    this.#viewMs = performance.now() - began;
    this.#examine(stepsDone + 1);
    this.#went = performance.now();
    return 'go';
  }

  write(line: TrainLine | EvalLine): Promise<void> {
    if ('split' in line) return Promise.resolve();
    const wallMs = performance.now() - this.#went + this.#viewMs;
    this.costs.push({ ms: line.ms, introspectionMs: line.introspection_ms, wallMs, viewMs: this.#viewMs });
    return Promise.resolve();
  }

  takeIntrospectionMs(): number {
    const ms = this.#introspectionMs;
    this.#introspectionMs = 0;
    return ms;
  }

  checkpoint(): Promise<void> {
    return Promise.resolve();
  }

  averagingBegan(): void {}

  notFinite(step: number, tensor: string): Promise<'stopped'> {
    return Promise.reject(
      new Error(`step ${step}: the numbers are not finite, first in ${tensor} (try a smaller lr or clip)`),
    );
  }

  /** Reads every mask of the last step, as views of them would. */
  #look(): void {
    const began = performance.now();
    const recorded = this.#parts.trainer.recorded();
    for (const name of recorded?.names() ?? []) if (name.startsWith('mask/')) recorded!.read(name);
    this.#introspectionMs += performance.now() - began;
  }
}
