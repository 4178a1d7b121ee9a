/**
 * Ends the engine when whoever started it is gone. The IPC channel says so too, and then the engine leaves by itself, but
 * only between steps; this watch runs on a thread of its own, so that even a step of many seconds does not outlive its
 * owner for long.
 */
import { Worker } from 'node:worker_threads';
import { LEAVE_MS } from '../../shared/engineContract.ts';

const EVERY_MS = 300;

/** A process whose parent dies is given another one; the engine has no reason to live on then. */
const watch = `
const parent = process.ppid;
const looks = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(looks);
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${LEAVE_MS + EVERY_MS});
}, ${EVERY_MS});
`;

export function watchParent(): void {
  // Windows gives a child no new parent; there the channel has to do.
  if (process.platform === 'win32') return;
  new Worker(watch, { eval: true }).unref();
}
