/** Shares of kept cells as colours: kept grey, dropped a hole, in between what a block of several cells kept. */
import { mix, pack } from '../shared/colour.ts';
import { EMPTY, HOLE, type CellPicture } from '../shared/heatmap.ts';
import { currentPalette } from '../shared/theme.ts';

/** Cells beyond the last share stay plain paper. */
export function pictureOfShares(shares: Float32Array, rows: number, cols: number): CellPicture {
  const palette = currentPalette();
  const kept = pack(palette.kept);
  const colours = new Uint32Array(rows * cols).fill(EMPTY);
  for (let index = 0; index < shares.length && index < colours.length; index++) {
    const share = shares[index] ?? NaN;
    colours[index] = share === 0 ? HOLE : share === 1 ? kept : pack(mix(palette.background, palette.kept, share));
  }
  return { rows, cols, colours };
}
