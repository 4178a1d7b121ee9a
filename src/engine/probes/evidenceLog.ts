/** Gathers, step by step, what a run shows of its promises besides the tensors of a step. */
import type { SiteStats } from '../../shared/engineContract.ts';
import type { EvaluationEvidence, KeptCount, MovedParameter, StepEvidence } from './stepEvidence.ts';

export class EvidenceLog {
  readonly #kept = new Map<string, KeptCount>();
  #steps = 0;
  #evaluation: EvaluationEvidence | null = null;

  /** Adds what one step's sites kept. */
  count(sites: Readonly<Record<string, SiteStats>>): void {
    this.#steps++;
    for (const [name, { p, kept, draws }] of Object.entries(sites)) {
      const before = this.#kept.get(name) ?? { p, kept: 0, draws: 0 };
      this.#kept.set(name, { p, kept: before.kept + Math.round(kept * draws), draws: before.draws + draws });
    }
  }

  evaluated(evaluation: EvaluationEvidence): void {
    this.#evaluation = evaluation;
  }

  /** As of now. */
  now(moved: readonly MovedParameter[]): StepEvidence {
    return {
      evaluation: this.#evaluation,
      kept: Object.fromEntries(this.#kept),
      steps: this.#steps,
      moved: [...moved],
      nudged: null,
    };
  }
}
