/** Numbers of the jobs that assembly/index.ts knows. Their arguments are the classes beside the jobs there. */
export const JOBS = {
  product: 0,
  lstmForward: 1,
  lstmBackward: 2,
  mask: 3,
  crossEntropyForward: 4,
  crossEntropyBackward: 5,
  reduction: 6,
  adam: 7,
} as const;

export type JobName = keyof typeof JOBS;

/** Columns of a panel of a packed matrix (assembly/gemm.ts). */
const PANEL = 12;

/** Floats that a [depth, columns] right-hand side takes when packed. */
export function packedSize(columns: number, depth: number): number {
  return Math.ceil(columns / PANEL) * PANEL * depth;
}

/** Cells that one 64-bit partial sum stands for (assembly/reductions.ts). */
const CHUNK = 16384;

/** Partial sums of an array of `size` cells. */
export function chunksOf(size: number): number {
  return Math.ceil(size / CHUNK);
}
