/** Capture on the wasm backend: the jobs of a step become one list. */
import type { RecordedStep, RecordStep } from '../capturedStep.ts';
import { firstDifference } from './compareJobs.ts';
import { JobProgram } from './jobProgram.ts';
import type { JobRecord } from './jobRecord.ts';
import { record } from './jobRecorder.ts';

class RecordedJobs implements RecordedStep {
  readonly #record: JobRecord;

  constructor(seen: JobRecord) {
    this.#record = seen;
  }

  differs(other: RecordedJobs): string | null {
    return firstDifference(this.#record, other.#record);
  }

  capture(): JobProgram {
    return new JobProgram(this.#record);
  }
}

export const recordJobs: RecordStep = (inputs, variables, step) => new RecordedJobs(record(inputs, variables, step));
