/** Colours of a grid of cells: signed values on a diverging scale, and masks as kept, dropped and the shares between. */
import { mix, pack, tableIndex } from './colour.ts';
import { EMPTY, HATCHED, HOLE, type CellPicture } from './heatmap.ts';
import type { Palette } from './theme.ts';
import type { Grid } from './tile.ts';

/**
 * `tone` says where a value stands on the scale, -1 to 1. `kept` holds the kept share of the same cells, where a mask
 * dropped some: those are holes. A value that is not finite is hatched.
 */
export function signedColours(
  grid: Grid,
  tone: (value: number) => number,
  palette: Palette,
  kept: Float32Array | null,
): CellPicture {
  const colours = new Uint32Array(grid.rows * grid.cols);
  for (let index = 0; index < colours.length; index++) {
    const value = grid.values[index] ?? NaN;
    if (!Number.isFinite(value)) colours[index] = HATCHED;
    else if (kept?.[index] === 0) colours[index] = HOLE;
    else colours[index] = palette.signed[tableIndex(tone(value))] ?? palette.zero;
  }
  return { rows: grid.rows, cols: grid.cols, colours };
}

/** Of kept shares, 0 to 1; NaN where nothing is known. */
export function keptColours(grid: Grid, palette: Palette): CellPicture {
  const keptColour = pack(palette.kept);
  const colours = Uint32Array.from(grid.values, (share) => {
    if (share === 1) return keptColour;
    if (Number.isNaN(share)) return EMPTY;
    return share === 0 ? HOLE : pack(mix(palette.background, palette.kept, share));
  });
  return { rows: grid.rows, cols: grid.cols, colours };
}
