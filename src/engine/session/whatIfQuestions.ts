/**
 * Answers what-if questions beside everything else the engine does: one pass at a time, others in between. What a step
 * gave as trained is known for the next question about it, so that only what was changed is computed again.
 */
import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { BadInput } from '../../shared/failureCodes.ts';
import type { CancellationLike } from '../../shared/rpc.ts';
import {
  DEFAULT_DRAWS,
  valuesAsTrained,
  whatIfProblem,
  type WhatIfProgress,
  type WhatIfRequest,
  type WhatIfView,
} from '../../shared/whatIf.ts';
import { FrozenStep } from '../probes/frozenStep.ts';
import type { RecordedStep } from '../probes/recordedStep.ts';
import { whatIfPasses, type KnownDraws } from '../probes/whatIf.ts';
import type { ViewedRun } from './viewedRuns.ts';

/** Where a question finds its step, and where its time is counted. */
export interface WhatIfSource {
  readonly look: <T>(read: (run: ViewedRun) => T) => T;
  readonly beside: <T>(work: () => T) => T;
}

export class WhatIfQuestions {
  readonly #progress: (progress: WhatIfProgress) => void;
  /** Of the step that was asked about last, on the backend it was computed on. */
  #known: (KnownDraws & { readonly of: RecordedStep; readonly backend: string }) | null = null;

  constructor(progress: (progress: WhatIfProgress) => void) {
    this.#progress = progress;
  }

  /** Throws a BadInput in one sentence when that cannot be asked, and an Error when the question is withdrawn meanwhile. */
  async answer(
    { run, changes, draws = DEFAULT_DRAWS }: WhatIfRequest,
    { look, beside }: WhatIfSource,
    token: CancellationLike,
  ): Promise<WhatIfView> {
    const backend = tf.getBackend();
    const { frozen, known } = look(({ recorded, description: { config, vocabSize } }) => {
      const problem = whatIfProblem(config, { changes, draws });
      if (problem !== '') throw new BadInput(problem);
      return { frozen: new FrozenStep(recorded, config, vocabSize), known: this.#knownOf(recorded, backend) };
    });
    try {
      const passes = whatIfPasses(frozen, { ...valuesAsTrained(frozen.config), ...changes }, { draws, known });
      for (;;) {
        const next = beside(() => passes.next());
        if (next.done === true) return next.value;
        this.#progress({ run, step: frozen.step, done: next.value, draws });
        // Twice: the first lets messages in, the second lets training do a step.
        await setImmediate();
        await setImmediate();
        if (token.isCancellationRequested) throw new Error('what if: the question was withdrawn');
        if (tf.getBackend() !== backend) {
          throw new Error(`what if: the engine went from ${backend} to ${tf.getBackend()} meanwhile (ask again)`);
        }
      }
    } finally {
      frozen.dispose();
    }
  }

  #knownOf(of: RecordedStep, backend: string): KnownDraws {
    if (this.#known?.of !== of || this.#known.backend !== backend)
      this.#known = { of, backend, asTrained: [], withoutDropout: null };
    return this.#known;
  }
}
