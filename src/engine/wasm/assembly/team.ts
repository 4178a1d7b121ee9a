// The threads that work on one kernel together. Every thread runs the same code (single program, multiple data) on its
// share and meets the others at barriers. The engine's main thread is number 0. A thread knows itself by this
// module instance's globals; what all see is the control block, in the memory they share.
//
// Control block, one cache line (64 bytes) a word: 0 call number · 64 threads arrived at the barrier · 128 barrier
// number · 192 threads asleep between calls · 256 worker threads ready · 320 job, 324 address of its arguments · 384 stop · 448 threads asleep at the barrier.

import { writeConstants } from './simd';

const CALL: usize = 0;
const ARRIVED: usize = 64;
const PASSED: usize = 128;
const ASLEEP: usize = 192;
const READY: usize = 256;
const JOB: usize = 320;
const ARGUMENTS: usize = 324;
const STOP: usize = 384;
const WAITING: usize = 448;

/** Spinning this often takes some milliseconds: longer than what lies between two kernels of a step. */
const SPINS_BETWEEN_CALLS: i32 = 4_000_000;
/** About a millisecond. At a barrier sleeping costs far more than it saves, unless the machine has other work to do. */
const SPINS_IN_KERNEL: i32 = 1_000_000;
/** Then it sleeps until it is woken. After five seconds, looked at in slices, the missing thread is taken for dead. */
const SLICE: i64 = 10_000_000;
const SLICES: i32 = 500;

let control: usize = 0;
let scratchAddress: usize = 0;
let thread: i32 = 0;
let threads: i32 = 1;

/** Floats in each thread's scratch: a packed block of A, a tile, a row of zeros, a product's description (gemm.ts). */
const WORK: usize = 448 * 88 + 64 + 16 + 16;
/** Bytes of it all: after those, the constants of simd.ts. */
export const SCRATCH: usize = (WORK + 32) * 4;

export function join(controlAddress: usize, scratch: usize, number: i32): void {
  control = controlAddress;
  scratchAddress = scratch + (number as usize) * SCRATCH;
  thread = number;
  writeConstants(constants());
}

/** Where the constants of exp and tanh are (simd.ts). */
export function constants(): usize {
  return scratchAddress + WORK * 4;
}

export function setTeamSize(size: i32): void {
  threads = size;
}

export function myScratch(): usize {
  return scratchAddress;
}

export function isFirst(): bool {
  return thread === 0;
}

/** First of `count` things of this thread's share; shares begin at multiples of `unit`. */
export function shareBegin(count: i32, unit: i32): i32 {
  return part(count, unit, thread);
}

/** One past the last thing of this thread's share. */
export function shareEnd(count: i32, unit: i32): i32 {
  return part(count, unit, thread + 1);
}

function part(count: i32, unit: i32, number: i32): i32 {
  const units = (count + unit - 1) / unit;
  return min(count, ((((units as i64) * number) / threads) as i32) * unit);
}

/** Waits until all threads of the team are here. Traps when one does not come. */
export function barrier(): void {
  if (threads === 1) return;
  const before = atomic.load<i32>(control + PASSED);
  if (atomic.add<i32>(control + ARRIVED, 1) === threads - 1) {
    atomic.store<i32>(control + ARRIVED, 0);
    atomic.store<i32>(control + PASSED, before + 1);
    if (atomic.load<i32>(control + WAITING) > 0) atomic.notify(control + PASSED);
    return;
  }
  for (let spin = 0; spin < SPINS_IN_KERNEL; spin++) {
    if (atomic.load<i32>(control + PASSED) !== before) return;
  }
  atomic.add<i32>(control + WAITING, 1);
  for (let slice = 0; slice < SLICES; slice++) {
    if (atomic.load<i32>(control + PASSED) !== before) break;
    atomic.wait<i32>(control + PASSED, before, SLICE);
  }
  atomic.sub<i32>(control + WAITING, 1);
  if (atomic.load<i32>(control + PASSED) === before) unreachable();
}

/** Main thread: tells the worker threads to run a job with it. */
export function call(job: i32, args: usize): void {
  store<i32>(control + JOB, job);
  store<usize>(control + ARGUMENTS, args);
  atomic.add<i32>(control + CALL, 1);
  if (atomic.load<i32>(control + ASLEEP) > 0) atomic.notify(control + CALL);
}

/** Worker thread: announces itself; from now on the main thread may count on it. Returns the last call it missed. */
export function announce(): i32 {
  const seen = atomic.load<i32>(control + CALL);
  atomic.add<i32>(control + READY, 1);
  return seen;
}

/** Worker thread: waits for the call after `seen`; spins at first, then sleeps. Returns its number. */
export function awaitCall(seen: i32): i32 {
  for (let spin = 0; spin < SPINS_BETWEEN_CALLS; spin++) {
    const now = atomic.load<i32>(control + CALL);
    if (now !== seen) return now;
  }
  atomic.add<i32>(control + ASLEEP, 1);
  while (atomic.load<i32>(control + CALL) === seen) atomic.wait<i32>(control + CALL, seen, -1);
  atomic.sub<i32>(control + ASLEEP, 1);
  return atomic.load<i32>(control + CALL);
}

export function calledJob(): i32 {
  return load<i32>(control + JOB);
}

export function calledArguments(): usize {
  return load<usize>(control + ARGUMENTS);
}

export function isStopped(): bool {
  return atomic.load<i32>(control + STOP) !== 0;
}
