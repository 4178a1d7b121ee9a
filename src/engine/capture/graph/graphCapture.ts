/** Capture on the native backend: what is seen at its binding becomes a graph in a session. */
import type { Capture } from '../capturedStep.ts';
import { firstDifference } from './compareRecords.ts';
import { Program } from './program.ts';
import type { Record } from './record.ts';
import { record } from './recorder.ts';

export const graphCapture: Capture<Record> = {
  record,
  firstDifference,
  capture: (seen) => new Program(seen),
};
