// Entry of the module: what JavaScript calls. A job is a number and the address of its arguments; the classes beside
// the jobs are their layout, words of four bytes in order. ../jobs.ts holds the same numbers.
import { adam, AdamArguments } from './adam';
import { copy, CopyArguments } from './copy';
import {
  crossEntropyBackward,
  CrossEntropyBackwardArguments,
  crossEntropyForward,
  CrossEntropyForwardArguments,
} from './crossEntropy';
import { elementwise, ElementwiseArguments } from './elementwise';
import { fill, FillArguments } from './fill';
import { join, JoinArguments } from './join';
import { lstmBackward, LstmBackwardArguments } from './lstmBackward';
import { lstmForward, LstmForwardArguments } from './lstmForward';
import { mask, MaskArguments } from './philox';
import { reduction, ReductionArguments } from './reductions';
import { addRows, AddRowsArguments, gatherRows, GatherRowsArguments } from './rows';
import { sums, SumsArguments } from './sums';
import * as team from './team';
import { product, ProductArguments } from './teamProduct';

function work(job: i32, args: usize): void {
  if (job === 0) product(changetype<ProductArguments>(args));
  else if (job === 1) lstmForward(changetype<LstmForwardArguments>(args));
  else if (job === 2) lstmBackward(changetype<LstmBackwardArguments>(args));
  else if (job === 3) mask(changetype<MaskArguments>(args));
  else if (job === 4) crossEntropyForward(changetype<CrossEntropyForwardArguments>(args));
  else if (job === 5) crossEntropyBackward(changetype<CrossEntropyBackwardArguments>(args));
  else if (job === 6) reduction(changetype<ReductionArguments>(args));
  else if (job === 7) adam(changetype<AdamArguments>(args));
  else if (job === 8) copy(changetype<CopyArguments>(args));
  else if (job === 9) gatherRows(changetype<GatherRowsArguments>(args));
  else if (job === 10) addRows(changetype<AddRowsArguments>(args));
  else if (job === 11) elementwise(changetype<ElementwiseArguments>(args));
  else if (job === 12) sums(changetype<SumsArguments>(args));
  else if (job === 13) fill(changetype<FillArguments>(args));
  else if (job === 14) join(changetype<JoinArguments>(args));
  else unreachable();
  team.barrier();
}

/** Bytes of scratch a thread needs. */
export function scratchBytes(): usize {
  return team.SCRATCH;
}

/** Main thread, once: where the control block and the threads' scratch are. */
export function start(control: usize, scratch: usize): void {
  team.join(control, scratch, 0);
}

/** Main thread: runs a job on `threads` threads, all of the team or this one alone, and returns when it is done. */
export function run(job: i32, args: usize, threads: i32): void {
  team.setTeamSize(threads);
  if (threads > 1) team.call(job, args);
  work(job, args);
}

/**
 * Main thread: `count` jobs one after the other. Each is three words at `list`: its number, the address of its arguments, and
 * about how much work it is; from `worthSharing` on it is done by all threads.
 */
export function runList(list: usize, count: i32, threads: i32, worthSharing: i32): void {
  const end = list + (count as usize) * 12;
  for (let entry = list; entry < end; entry += 12) {
    const size = load<i32>(entry, 8) < worthSharing ? 1 : threads;
    run(load<i32>(entry), load<usize>(entry, 4), size);
  }
}

/** Worker thread: works on every call until told to stop. */
export function serve(control: usize, scratch: usize, thread: i32, threads: i32): void {
  team.join(control, scratch, thread);
  team.setTeamSize(threads);
  let seen = team.announce();
  while (true) {
    seen = team.awaitCall(seen);
    if (team.isStopped()) return;
    work(team.calledJob(), team.calledArguments());
  }
}
