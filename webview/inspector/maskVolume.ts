/**
 * A locked mask as the block it stands for: batch x time x features. One draw for each batch row and feature is repeated
 * along time, so a cut across time shows the draw and cuts along it show stripes.
 */
import type { MaskView } from '../../src/shared/engineContract.ts';
import { blocksOf, shareTile } from '../shared/tile.ts';

export const axes = ['time', 'batch', 'features'] as const;
export type Axis = (typeof axes)[number];

/** A cut through the block: kept shares, row-major (0 dropped, 1 kept, between when a cell stands for several). */
export interface Slice {
  readonly rows: number;
  readonly cols: number;
  readonly rowAxis: Axis;
  readonly colAxis: Axis;
  readonly shares: Float32Array;
}

export interface Volume {
  /** Cells drawn along each axis; those of batch and features may stand for several. */
  readonly size: Readonly<Record<Axis, number>>;
  /** How many of the tensor's cells one drawn cell stands for. */
  readonly step: Readonly<Record<Axis, number>>;
  slice(axis: Axis, index: number): Slice;
}

/** `length` is the number of time steps the mask is used for. */
export function volumeOf({ tile, site }: MaskView, length: number): Volume {
  const { rows, cols } = blocksOf(tile);
  const shares = shareTile(tile).data;
  // [B, 1, F] is one draw for all time steps; [B, T, F] one for each.
  const drawn = site.shape.length === 3 ? (site.shape[1] ?? 1) : 1;
  const batch = Math.max(1, Math.floor(rows / drawn));
  const size = { time: drawn > 1 ? drawn : length, batch, features: cols };
  const at = (b: number, t: number, f: number) => shares[(b * drawn + (drawn > 1 ? t : 0)) * cols + f] ?? NaN;
  const across: Record<Axis, [Axis, Axis]> = {
    time: ['batch', 'features'],
    batch: ['time', 'features'],
    features: ['batch', 'time'],
  };
  return {
    size,
    step: { time: 1, batch: tile.blockRows, features: tile.blockCols },
    slice: (axis, index) => {
      const [rowAxis, colAxis] = across[axis];
      const result = new Float32Array(size[rowAxis] * size[colAxis]);
      const place = { time: 0, batch: 0, features: 0, [axis]: Math.min(index, size[axis] - 1) };
      let next = 0;
      for (place[rowAxis] = 0; place[rowAxis] < size[rowAxis]; place[rowAxis]++)
        for (place[colAxis] = 0; place[colAxis] < size[colAxis]; place[colAxis]++)
          result[next++] = at(place.batch, place.time, place.features);
      return { rows: size[rowAxis], cols: size[colAxis], rowAxis, colAxis, shares: result };
    },
  };
}
