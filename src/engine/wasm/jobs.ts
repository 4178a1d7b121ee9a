/** Numbers of the jobs that assembly/index.ts knows. Their arguments are the classes beside the jobs there. */
export const JOBS = {
  product: 0,
  lstmForward: 1,
  lstmBackward: 2,
  mask: 3,
  crossEntropyForward: 4,
  crossEntropyBackward: 5,
} as const;

export type JobName = keyof typeof JOBS;

/** Columns of a panel of a packed matrix (assembly/gemm.ts). */
const PANEL = 12;

/** Floats that a [depth, columns] right-hand side takes when packed. */
export function packedSize(columns: number, depth: number): number {
  return Math.ceil(columns / PANEL) * PANEL * depth;
}
