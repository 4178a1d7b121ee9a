/** All promises held against a subject, over several steps. */
import type { PromiseVerdict } from '../../shared/jobContract.ts';
import { collectEvidence, type StepEvidence } from './evidence.ts';
import { evalRepeats } from './promises/evalRepeats.ts';
import { gradientThroughMask } from './promises/gradientThroughMask.ts';
import { keepRate } from './promises/keepRate.ts';
import { lockedOver } from './promises/lockedOver.ts';
import { nobodyMoved } from './promises/nobodyMoved.ts';
import { rawMaskDerived } from './promises/rawMaskDerived.ts';
import { replayable } from './promises/replayable.ts';
import { whoLearns } from './promises/whoLearns.ts';
import type { Subject } from './subject.ts';
import type { Examiner } from './verdict.ts';

export class Examination {
  readonly #subject: Subject;
  /** In the order of docs/design.md. */
  readonly #examiners: readonly Examiner[] = [
    whoLearns(),
    rawMaskDerived(),
    gradientThroughMask(),
    evalRepeats(),
    lockedOver(),
    keepRate(),
    nobodyMoved(),
    replayable(),
  ];

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** Looks at the subject as it is before step `step` (from 1); the caller lets it learn in between. */
  look(step: number): void {
    const evidence: StepEvidence = collectEvidence(this.#subject, step);
    for (const examiner of this.#examiners) examiner.look(evidence);
  }

  verdicts(): PromiseVerdict[] {
    return this.#examiners.map((examiner) => examiner.verdict());
  }
}
