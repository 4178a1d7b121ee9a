/** The page's measures that depend on its width and height, in CSS pixels; the style sheet has the same break points. */
import { AXIS, STRIP_GUTTER } from '../shared/cellPane.ts';
import { CELL, type PaneSize } from '../shared/viewport.ts';

const NARROW = 720;
const SIDE_COLUMN_FROM = 1121;
const SIDE_COLUMN = 360;
const MARGIN = 12;

export function isNarrow(): boolean {
  return window.innerWidth <= NARROW;
}

/** Size of one pane's picture: columns from the width, rows from the height that other sections leave. */
export function paneSize(): PaneSize {
  const page = document.documentElement.clientWidth;
  if (isNarrow()) {
    const cols = Math.floor((page - 2 * MARGIN - 48 - 24 - 40) / 2 / CELL);
    return { width: Math.max(6, cols) * CELL, height: 14 * CELL };
  }
  const section = page - 2 * MARGIN - (window.innerWidth >= SIDE_COLUMN_FROM ? SIDE_COLUMN + 1 : 0);
  const cols = Math.floor((section - 120 - 40 - 3 * 24) / 4 / CELL);
  const above = document.getElementById('time')?.offsetHeight ?? 160;
  const rows = Math.floor((window.innerHeight - 36 - above - 444) / CELL);
  return { width: between(8, cols, 32) * CELL, height: between(18, rows, 32) * CELL };
}

/** Size of the strip of the whole weight; in the narrow page it runs beside both rows of panes. */
export function overviewSize(pane: PaneSize): { width: number; height: number } {
  if (!isNarrow()) return { width: 112 - STRIP_GUTTER, height: pane.height };
  return { width: 24, height: 2 * pane.height + AXIS + 98 };
}

/** Height of the whole picture of a weight with its titles, legend, equation and sentence; a mask alone takes as much. */
export function pictureHeight(): number {
  return isNarrow() ? 0 : paneSize().height + 203;
}

function between(low: number, value: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
