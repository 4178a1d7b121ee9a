/**
 * The form of a recorded run: a host's snapshot, whole weights and masks of its last step, and the batch. Typed arrays are
 * written as base64 with their kind, so that NaN and every bit of a float survive.
 */
import type { BatchView, MaskView, WeightView } from '../../src/shared/engineContract.ts';
import type { Snapshot } from '../../src/shared/pageContract.ts';

export interface RecordedRun {
  readonly snapshot: Snapshot;
  /** By mask name; every tile is exact and whole. */
  readonly weights: Readonly<Record<string, WeightView>>;
  readonly masks: Readonly<Record<string, MaskView>>;
  readonly batch: BatchView;
}

const kinds = { Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array } as const;
type Kind = keyof typeof kinds;

export function decode(text: string): RecordedRun {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('array' in value) || !('base64' in value)) return value;
    const { array, base64 } = value as { array: Kind; base64: string };
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new kinds[array](bytes.buffer);
  }) as RecordedRun;
}
