/**
 * The life of a run as a table: from which status an event leads where. Whatever the table does not hold is refused in
 * a sentence. "interrupted" is not here: it is what a dead process leaves behind, seen from outside.
 */
import type { RunStatus } from '../../shared/engineContract.ts';

export type LiveStatus = Exclude<RunStatus, 'interrupted'>;
export type RunEvent = 'begin' | 'pause' | 'resume' | 'step' | 'stop' | 'finish' | 'fail';

const transitions: Readonly<Record<LiveStatus, Readonly<Partial<Record<RunEvent, LiveStatus>>>>> = {
  starting: { begin: 'running', stop: 'stopped', fail: 'failed' },
  running: { pause: 'paused', stop: 'stopped', finish: 'done', fail: 'failed' },
  // A step leaves a paused run paused; that step may be its last.
  paused: { resume: 'running', step: 'paused', stop: 'stopped', finish: 'done', fail: 'failed' },
  done: {},
  stopped: {},
  failed: {},
};

const participles: Readonly<Record<RunEvent, string>> = {
  begin: 'begun',
  pause: 'paused',
  resume: 'resumed',
  step: 'stepped',
  stop: 'stopped',
  finish: 'finished',
  fail: 'failed',
};

/** The status after `event`; throws a sentence when the run cannot take it now. */
export function nextStatus(run: string, status: LiveStatus, event: RunEvent): LiveStatus {
  const next = transitions[status][event];
  if (next === undefined) throw new Error(`run ${run}: it is ${status} and cannot be ${participles[event]}`);
  return next;
}

/** Whether a run in this status holds the engine: only one may. */
export function isLive(status: LiveStatus): boolean {
  return status === 'starting' || status === 'running' || status === 'paused';
}
