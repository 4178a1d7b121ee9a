/**
 * Heat maps painted cell by cell into the pixels of an ImageData: no object a cell, no scaling by the browser. A dropped
 * cell is a hole: the paper shows through with a dot in the middle. A cell that is not finite is hatched.
 */

/** Packed colours with alpha are opaque, so these can never be a colour. */
export const HOLE = 0;
export const HATCHED = 1;
/** Nothing is known of the cell yet: plain paper. */
export const EMPTY = 2;

/** Row-major packed colours; {@link HOLE}, {@link HATCHED} and {@link EMPTY} mark cells without one. */
export interface CellPicture {
  readonly rows: number;
  readonly cols: number;
  readonly colours: Uint32Array;
}

export interface Inks {
  /** Packed colours of the dot in a hole and of the hatching. */
  readonly dot: number;
  readonly hatch: number;
  /** Device pixels of a CSS pixel. */
  readonly ratio: number;
}

/** Cells at least so many CSS pixels wide and high are drawn apart, with a gap of one pixel and dots in holes. */
const APART = 4;

/** Paints the picture over all of `target` (width x height device pixels). What is paper stays transparent. */
export function paintCells(target: Uint32Array, width: number, height: number, picture: CellPicture, inks: Inks): void {
  const columns = axisPixels(width, picture.cols, inks.ratio);
  const rows = axisPixels(height, picture.rows, inks.ratio);
  const apart = columns.apart && rows.apart;
  const period = Math.max(3, Math.round(3 * inks.ratio));
  for (let y = 0; y < height; y++) {
    const row = rows.cell[y] ?? 0;
    const gapRow = apart && rows.gap[y] === 1;
    const dotRow = rows.dot[y] === 1;
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (gapRow || (apart && columns.gap[x] === 1)) {
        target[at] = 0;
        continue;
      }
      const colour = picture.colours[row * picture.cols + (columns.cell[x] ?? 0)] ?? HOLE;
      if (colour === HOLE) target[at] = apart && dotRow && columns.dot[x] === 1 ? inks.dot : 0;
      else if (colour === HATCHED) target[at] = (x + y) % period < inks.ratio ? inks.hatch : 0;
      else target[at] = colour === EMPTY ? 0 : colour;
    }
  }
}

/** For each device pixel of an axis: its cell, whether it is the gap after the cell, and whether a dot covers it. */
function axisPixels(pixels: number, cells: number, ratio: number) {
  const cell = new Int32Array(pixels);
  const gap = new Uint8Array(pixels);
  const dot = new Uint8Array(pixels);
  const size = pixels / cells;
  const apart = size >= APART * ratio;
  const gapSize = Math.round(ratio);
  const dotSize = Math.max(1, Math.round((size >= 20 * ratio ? 3 : 2) * ratio));
  for (let pixel = 0; pixel < pixels; pixel++) {
    const index = Math.min(cells - 1, Math.floor((pixel + 0.5) / size));
    // The first pixel whose middle lies beyond the edge: where the next cell begins.
    const start = Math.ceil(index * size - 0.5);
    const end = Math.ceil((index + 1) * size - 0.5);
    const dotStart = start + Math.floor((end - start - gapSize - dotSize) / 2);
    cell[pixel] = index;
    if (pixel >= end - gapSize) gap[pixel] = 1;
    if (pixel >= dotStart && pixel < dotStart + dotSize) dot[pixel] = 1;
  }
  return { cell, gap, dot, apart };
}
