/**
 * Tells whether a process that once wrote its number into a file is still that process. Numbers are used again, so on
 * Linux the start time is compared too.
 */
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot at which it began; null where the system does not say. */
  readonly startTime: string | null;
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, startTime: startTimeOf(process.pid) };
}

/** Whether the very process that is meant still runs. */
export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of another user may not be signalled, but it is there.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const [state, now] = processState(pid);
  if (state === 'Z' || state === 'X') return false;
  return startTime === null || now === null || now === startTime;
}

const startTimeOf = (pid: number): string | null => processState(pid)[1];

/** State letter and start time, the 3rd and 22nd field of /proc/PID/stat; the 2nd may itself hold spaces. */
function processState(pid: number): [string | null, string | null] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [fields[0] ?? null, fields[19] ?? null];
  } catch {
    return [null, null];
  }
}
