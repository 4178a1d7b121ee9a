/**
 * Where each step of an epoch reads its streams, and how much. With variable_bptt the lengths are drawn (Merity, Keskar
 * and Socher 2017, section 4.1), from seed and epoch alone: a resumed run reads what an undisturbed one would have read.
 */
import type { Config } from '../../shared/hyperparameters.ts';
import { fnv1a } from '../../shared/fnv1a.ts';
import { philox4x32 } from '../../shared/philox.ts';

export interface Window {
  /** Position in every row where the step begins. */
  readonly start: number;
  /** Tokens read; the last window of an epoch gets what is left. */
  readonly length: number;
  /** What the learning rate of this step is multiplied by: the drawn length over bptt, before any cutting at the end. */
  readonly rateFactor: number;
}

export type WindowConfig = Pick<Config, 'bptt' | 'variable_bptt' | 'seed'>;

/** Epoch (from 1) to its windows, which cover `rowLength` tokens without gap or overlap. */
export type Windows = (epoch: number) => readonly Window[];

const STREAM = fnv1a('sequence lengths');
/** How often the length is about half of bptt, how far it scatters, and the least it can be. */
const HALF_SHARE = 0.05;
const DEVIATION = 5;
const SHORTEST = 5;

/** Over streams of `rowLength` tokens each, all of which have a target. The latest epoch's windows are kept for the next step. */
export function makeWindows(config: WindowConfig, rowLength: number): Windows {
  const { bptt } = config;
  if (!config.variable_bptt) {
    const windows = cover(rowLength, () => bptt, bptt);
    return () => windows;
  }
  let last: { epoch: number; windows: readonly Window[] } | null = null;
  return (epoch) => {
    if (last?.epoch !== epoch) {
      last = { epoch, windows: cover(rowLength, (index) => drawnLength(config, epoch, index), bptt) };
    }
    return last.windows;
  };
}

function cover(rowLength: number, lengthOf: (index: number) => number, bptt: number): Window[] {
  const windows: Window[] = [];
  for (let start = 0; start < rowLength;) {
    const wanted = lengthOf(windows.length);
    windows.push({ start, length: Math.min(wanted, rowLength - start), rateFactor: wanted / bptt });
    start += wanted;
  }
  return windows;
}

/** max(5, floor of Normal(bptt or bptt / 2, 5)); the normal by Box and Muller from two words of 32 bits. */
export function drawnLength({ bptt, seed }: WindowConfig, epoch: number, index: number): number {
  const [choice, radius, angle] = philox4x32([index, 0, epoch, 0], [seed, STREAM]);
  const mean = choice / 2 ** 32 < HALF_SHARE ? bptt / 2 : bptt;
  // The radius word is moved off zero, whose logarithm is infinite.
  const normal = Math.sqrt(-2 * Math.log((radius + 1) / 2 ** 32)) * Math.cos((2 * Math.PI * angle) / 2 ** 32);
  return Math.max(SHORTEST, Math.trunc(mean + DEVIATION * normal));
}
