/** Capture on the wasm backend: the jobs of a step become one list. */
import type { Capture } from '../capturedStep.ts';
import { firstDifference } from './compareJobs.ts';
import { JobProgram } from './jobProgram.ts';
import type { JobRecord } from './jobRecord.ts';
import { record } from './jobRecorder.ts';

export const jobCapture: Capture<JobRecord> = {
  record,
  firstDifference,
  capture: (seen) => new JobProgram(seen),
};
