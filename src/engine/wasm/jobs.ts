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
  copy: 8,
  gatherRows: 9,
  addRows: 10,
  elementwise: 11,
  sums: 12,
  fill: 13,
  join: 14,
} as const;

export type JobName = keyof typeof JOBS;

/** Arrays that a job joins at most (assembly/join.ts). */
export const JOINED = 16;

/**
 * What each argument word of a job is, in the order of its class in assembly/: `r` the address of something that is read,
 * `w` of something written, wholly or partly, `u` of something read and written, `s` of scratch, whose content before
 * does not matter; `n` a whole number, `f` a float. Address 0 means none. A job depends on nothing but its words and what
 * is behind `r` and `u`, and changes nothing but what is behind `w`, `u` and `s`.
 */
export const LAYOUTS: Readonly<Record<JobName, string>> = {
  product: 'rnnrnnrwnnnsw',
  lstmForward: 'nnnnrrrrrrrwwwsss',
  lstmBackward: 'nnnnrrrrrrrrrwwwwwsssssss',
  mask: 'nnrnnnwf',
  crossEntropyForward: 'nnrrwww',
  crossEntropyBackward: 'nnrrrrw',
  reduction: 'rnnsw',
  adam: 'nrrrrwwwswrrrrrrfff',
  copy: 'rnwnnnnnnnnnnnnn',
  gatherRows: 'nnrrrw',
  addRows: 'nnrrrnwn',
  elementwise: 'nrrwnnnnnnnnnnnn',
  sums: 'rwnnnnnnnnn',
  fill: 'wnf',
  join: `nnnwn${'rn'.repeat(JOINED)}`,
};

/** Columns of a panel of a packed matrix (assembly/pack.ts). */
const PANEL = 16;

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
