/** Capture on the native backend: what is seen at its binding becomes a graph in a session. */
import type { RecordedStep, RecordStep } from '../capturedStep.ts';
import { firstDifference } from './compareRecords.ts';
import { Program } from './program.ts';
import type { Record } from './record.ts';
import { record } from './recorder.ts';

class RecordedGraph implements RecordedStep {
  readonly #record: Record;

  constructor(seen: Record) {
    this.#record = seen;
  }

  differs(other: RecordedGraph): string | null {
    return firstDifference(this.#record, other.#record);
  }

  capture(): Program {
    return new Program(this.#record);
  }
}

export const recordGraph: RecordStep = (inputs, variables, step) => new RecordedGraph(record(inputs, variables, step));
