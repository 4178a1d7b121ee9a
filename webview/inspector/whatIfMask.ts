/**
 * The upper left corner of a site's mask at the step asked about, as trained and at another p at once. Both are thresholds
 * on the same uniforms, so that a higher p drops what the lower one drops, and more: seen while the slider moves, since
 * nobody has to be asked.
 */
import { effectiveDropout } from '../../src/shared/configDropout.ts';
import type { RunDescription, SiteDescription } from '../../src/shared/engineContract.ts';
import { maskCorner } from '../../src/shared/maskDraw.ts';
import type { WhatIfValues } from '../../src/shared/whatIf.ts';
import { drawCells, pixelRatio, prepare } from '../shared/canvas.ts';
import { css, pack } from '../shared/colour.ts';
import type { Table } from '../shared/dataTable.ts';
import { integer, probability } from '../shared/format.ts';
import { HOLE } from '../shared/heatmap.ts';
import { currentPalette } from '../shared/theme.ts';

const CELL = 8;
const ROWS = 9;
export const MASK_HEIGHT = ROWS * CELL;

export interface MaskCorner {
  readonly site: SiteDescription;
  readonly step: number;
  readonly rows: number;
  readonly cols: number;
  /** p after drop_mult, as trained and what if. */
  readonly before: number;
  readonly after: number;
  /** Row by row, 1 kept, 0 dropped. */
  readonly keptBefore: Uint8Array;
  readonly keptAfter: Uint8Array;
}

/** As many cells as fit into `width`; a mask of a single column runs on from row to row. */
export function maskCornerOf(
  { config }: RunDescription,
  site: SiteDescription,
  { step, values, width }: { readonly step: number; readonly values: WhatIfValues; readonly width: number },
): MaskCorner {
  const p = (keys: WhatIfValues | typeof config) =>
    effectiveDropout({ ...config, ...keys }).find(({ mask }) => mask === site.name)?.p ?? 0;
  const [before, after] = [p(config), p(values)];
  const [height = 1, breadth = 1] = site.shape.filter((size, axis) => size > 1 || axis === 0);
  const fits = Math.max(1, Math.floor(width / CELL));
  const wrapped = breadth === 1;
  const cells = wrapped ? Math.min(height, ROWS * fits) : 0;
  const cols = wrapped ? Math.min(cells, fits) : Math.min(breadth, fits);
  const rows = wrapped ? Math.ceil(cells / cols) : Math.min(height, ROWS);
  const draw = (p: number): Uint8Array => {
    const mask = { name: site.name, p: Math.max(0, Math.min(1, p)), seed: config.seed, step };
    if (!wrapped) return maskCorner({ ...mask, cols: breadth }, rows, cols);
    return maskCorner({ ...mask, cols: cells }, 1, cells);
  };
  return { site, step, rows, cols, before, after, keptBefore: draw(before), keptAfter: draw(after) };
}

/** Kept grey; dropped under both a hole; dropped or kept under one alone with a box round it. */
export function drawMaskCorner(canvas: HTMLCanvasElement, width: number, corner: MaskCorner | null): void {
  const pen = prepare(canvas, width, MASK_HEIGHT);
  if (!corner) return;
  const palette = currentPalette();
  const { rows, cols, keptBefore, keptAfter } = corner;
  const kept = pack(palette.kept);
  const colours = Uint32Array.from(keptAfter, (cell) => (cell === 1 ? kept : HOLE));
  const inks = { dot: pack(palette.dot), hatch: pack(palette.muted), ratio: pixelRatio() };
  const whole = Math.floor(colours.length / cols);
  drawCells(
    pen,
    0,
    0,
    cols * CELL,
    whole * CELL,
    { rows: whole, cols, colours: colours.subarray(0, whole * cols) },
    inks,
  );
  const rest = colours.subarray(whole * cols);
  if (rest.length > 0)
    drawCells(
      pen,
      0,
      whole * CELL,
      rest.length * CELL,
      CELL,
      { rows: rows - whole, cols: rest.length, colours: rest },
      inks,
    );
  pen.strokeStyle = css(palette.foreground);
  pen.lineWidth = 1;
  keptAfter.forEach((cell, at) => {
    if (cell === keptBefore[at]) return;
    pen.strokeRect((at % cols) * CELL + 0.5, Math.floor(at / cols) * CELL + 0.5, CELL - 2, CELL - 2);
  });
}

/** How many of the cells shown each p drops, and that one set holds the other. */
export function maskInWords(corner: MaskCorner): string {
  const { before, after, keptBefore, keptAfter } = corner;
  const dropped = (kept: Uint8Array) => kept.reduce((sum, cell) => sum + (cell === 0 ? 1 : 0), 0);
  const [first, second] = [dropped(keptBefore), dropped(keptAfter)];
  const shown = `of the ${integer(keptAfter.length)} cells shown`;
  if (before === after) return `${integer(first)} ${shown} dropped at p ${probability(before)}`;
  const fewer = before < after ? keptBefore : keptAfter;
  const more = before < after ? keptAfter : keptBefore;
  const held = fewer.every((cell, at) => cell === 1 || more[at] === 0);
  const both = `${integer(second)} dropped at p ${probability(after)}, ${integer(first)} at ${probability(before)}`;
  const [least, most] = [Math.min(first, second), Math.max(first, second)];
  const nested = held && least > 0 ? `: all ${integer(least)} are among the ${integer(most)}` : '';
  return `${both} ${shown}${nested}; boxed: what differs`;
}

export function maskTable(corner: MaskCorner): Table {
  const { site, step, cols, before, after, keptBefore, keptAfter } = corner;
  const word = (kept: number | undefined) => (kept === 1 ? 'kept' : 'dropped');
  return {
    title: `Mask ${site.name} at step ${integer(step)}, the cells shown`,
    picture: `Mask ${site.name} at step ${integer(step)}: p ${probability(after)} instead of ${probability(before)}`,
    head: ['row', 'column', `p ${probability(before)}`, `p ${probability(after)}`],
    body: Array.from(keptAfter, (cell, at) => [
      integer(Math.floor(at / cols)),
      integer(at % cols),
      word(keptBefore[at]),
      word(cell),
    ]),
  };
}
