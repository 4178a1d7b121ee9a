/**
 * A run from its first step to its last, read from top to bottom: take a batch, step, write a line, evaluate, keep a
 * checkpoint. Where things are written and who may interrupt is the host's business.
 */
import type { EvalLine, TrainLine } from '../../shared/engineContract.ts';
import { stoppedImproving } from './nonMonotone.ts';
import { checkpointDue, detailsDue, evaluationDue, positionOf, regularEvaluation, type Plan } from './plan.ts';
import { makeSchedule } from './schedule.ts';
import type { Evaluation, Passes } from './evaluate.ts';
import { trainLine } from './trainLine.ts';
import type { Trainer } from './trainer.ts';
import type { TrainingData } from './trainingData.ts';

/** How far a run is. */
export interface Progress {
  /** Steps done. */
  readonly step: number;
  /** Lowest validation cross-entropy so far; Infinity before the first evaluation. */
  readonly bestCe: number;
  /** Cross-entropy of every regular evaluation so far: what decides when averaging begins. */
  readonly evaluations: readonly number[];
  /** The evaluation after `step` was cut short: whoever goes on from here does it first. */
  readonly evaluationDue?: boolean;
}

export interface TrainingJob {
  readonly trainer: Trainer;
  readonly data: TrainingData;
  readonly plan: Plan;
  readonly from: Progress;
}

/** What the loop needs from whoever runs it. */
export interface LoopHost {
  /** Before each step: answers what was asked meanwhile, waits while paused, and says whether to go on. */
  turn(stepsDone: number): Promise<'go' | 'stop'>;
  write(line: TrainLine | EvalLine): Promise<void>;
  /** Between two batches of an evaluation: answers what was asked meanwhile, and says whether to go on. */
  breathe?(): Promise<'go' | 'stop'>;
  /** What the evaluation after `step` showed besides its line. */
  evaluated?(step: number, cleanEval: Evaluation['cleanEval']): void;
  /** Keeps a checkpoint; with `best` it is the best so far. */
  checkpoint(progress: Progress, best: boolean): Promise<void>;
  /** From this step on weights are averaged, since validation has stopped improving. */
  averagingBegan(step: number): void;
  /** A step's numbers are not finite: whether the run ends. Training on spreads them. */
  notFinite(step: number, tensor: string): Promise<'go' | 'stopped'>;
  /** Milliseconds spent answering views since it was last asked. */
  takeIntrospectionMs(): number;
}

/** Resolves with how the run ended; rejects when it could not go on. */
export async function trainLoop(
  { trainer, data, plan, from }: TrainingJob,
  host: LoopHost,
): Promise<'done' | 'stopped'> {
  const { config } = plan;
  const schedule = makeSchedule(config, { steps: plan.steps, groups: trainer.groups });
  let { step, bestCe, evaluations } = from;
  let checkpointed = from.step;

  /** What is due after a step; false when it was cut short. */
  const evaluateAndKeep = async (): Promise<boolean> => {
    let best = false;
    const validation = evaluationDue(step, plan) ? data.validation() : null;
    if (validation) {
      const evaluation = await driven(trainer.evaluation(validation, step), host);
      if (!evaluation) return false;
      const { ce, cleanEval } = evaluation;
      const averaged = trainer.averaging ? { averaged: true as const } : {};
      host.evaluated?.(step, cleanEval);
      await host.write({ step, split: 'valid', ce, ppl: Math.exp(ce), clean_eval: cleanEval.identical, ...averaged });
      best = ce < bestCe;
      bestCe = Math.min(bestCe, ce);
      if (config.optimizer === 'nt-asgd' && regularEvaluation(step, plan)) {
        if (!trainer.averaging && stoppedImproving(evaluations, ce, config.nonmono)) {
          trainer.startAveraging(step);
          host.averagingBegan(step);
        }
        evaluations = [...evaluations, ce];
      }
    }
    if (best || checkpointDue(step, plan)) {
      await host.checkpoint({ step, bestCe, evaluations }, best);
      checkpointed = step;
    }
    return true;
  };
  const stoppedWhileEvaluating = async (): Promise<'stopped'> => {
    await host.checkpoint({ step, bestCe, evaluations, evaluationDue: true }, false);
    return 'stopped';
  };

  if (from.evaluationDue === true && !(await evaluateAndKeep())) return stoppedWhileEvaluating();
  while (step < plan.steps) {
    if ((await host.turn(step)) === 'stop') {
      if (step > checkpointed) await host.checkpoint({ step, bestCe, evaluations }, false);
      return 'stopped';
    }

    step++;
    const { epoch, batch: index } = positionOf(step, plan);
    if (index === 0) trainer.resetHidden();
    const batch = data.batch(epoch, index);
    const { rateFactor } = data.window(epoch, index);
    const { lr: rates, momentum } = schedule(step);
    const lr = rates.map((rate) => rate * rateFactor);
    const began = performance.now();
    const details = detailsDue(step, plan);
    const result = trainer.step(batch, { step, lr, momentum, details });
    const introspectionMs = host.takeIntrospectionMs();
    const ms = performance.now() - began + introspectionMs;
    const { rows, length } = batch;
    const facts = {
      step,
      epoch,
      lr: lr.at(-1)!,
      bptt: length,
      tokens: rows * length,
      ms,
      introspection_ms: introspectionMs,
    };
    await host.write(trainLine(facts, result, details));
    if (result.nonFinite > 0 && (await host.notFinite(step, result.firstNonFinite ?? 'loss')) === 'stopped') {
      return 'stopped';
    }
    if (!(await evaluateAndKeep())) return stoppedWhileEvaluating();
  }
  return 'done';
}

/** An evaluation may be long: others get a turn at least this often. */
const BREATHE_MS = 30;

/** Null when it was cut short. */
async function driven(passes: Passes, host: Pick<LoopHost, 'breathe'>): Promise<Evaluation | null> {
  let breathed = performance.now();
  for (;;) {
    const { done, value } = passes.next();
    if (done) return value;
    if (!host.breathe || performance.now() - breathed < BREATHE_MS) continue;
    if ((await host.breathe()) === 'stop') {
      passes.return(null);
      return null;
    }
    breathed = performance.now();
  }
}
