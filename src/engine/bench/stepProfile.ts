/** Where the time of a step goes, by its kernels: steps are run eagerly, one kernel after another, and each is timed. */
import type { BenchProfile, BenchProfilePart } from '../../shared/benchContract.ts';
import { timeKernels, type KernelTime } from './kernelTimes.ts';

/** What a kernel is for; the first that fits. */
const PARTS: readonly (readonly [part: string, kernels: RegExp])[] = [
  ['LSTM', /Lstm/],
  ['drawing masks', /Mask/],
  ['decoder and cross-entropy', /Linear|CrossEntropy/],
  ['embedding rows', /EmbeddingRows|SegmentSum|Gather|Scatter/],
  ['optimiser', /Adam|Sgd|Descent/],
  ['norms and counts', /Squares|NotZero/],
];
const OTHER = 'element by element, sums, copies';

/** The fastest of `steps` steps: whatever else the machine does only makes them slower. `step` runs one eagerly. */
export function stepProfile(step: () => void, steps: number): BenchProfile {
  step(); // what is made once
  const measured = Array.from({ length: steps }, () => {
    const began = performance.now();
    const kernels = timeKernels(step);
    return { ms: performance.now() - began, kernels };
  });
  const { ms, kernels } = measured.reduce((best, one) => (one.ms < best.ms ? one : best));
  const parts = new Map<string, KernelTime>();
  for (const [kernel, time] of kernels) {
    const part = PARTS.find(([, names]) => names.test(kernel))?.[0] ?? OTHER;
    const sum = parts.get(part) ?? { ms: 0, calls: 0 };
    parts.set(part, { ms: sum.ms + time.ms, calls: sum.calls + time.calls });
  }
  const inKernels = [...kernels.values()].reduce((sum, time) => sum + time.ms, 0);
  return { ms, parts: dearestFirst(parts), outside: ms - inKernels, kernels: dearestFirst(kernels) };
}

function dearestFirst(times: ReadonlyMap<string, KernelTime>): BenchProfilePart[] {
  return Array.from(times, ([part, time]) => ({ part, ...time })).sort((a, b) => b.ms - a.ms);
}
