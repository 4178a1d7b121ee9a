// Waiting inside the extension host for what comes from a worker thread, the engine or the editor itself.
import { setTimeout as delay } from 'node:timers/promises';

const LONGEST_MS = 60_000;

/** Looks until there is an answer other than undefined; `what` names it when none came within a minute. */
export async function eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = performance.now() + LONGEST_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${what}: not within ${LONGEST_MS / 1000} s`);
    await delay(50);
  }
}
