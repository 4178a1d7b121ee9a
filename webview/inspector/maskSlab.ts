/**
 * A locked mask drawn as a block seen from the front, above and the right, with the cut that is shown beside it marked.
 * Stripes run along the axis the mask is constant along: what "locked" means, at a glance.
 */
import { pixelRatio, prepare, write } from '../shared/canvas.ts';
import { css, pack } from '../shared/colour.ts';
import { paintCells } from '../shared/heatmap.ts';
import { currentPalette } from '../shared/theme.ts';
import { pictureOfShares } from './maskPicture.ts';
import type { Axis, Slice, Volume } from './maskVolume.ts';

const WIDTH = 300;
const HEIGHT = 132;
const FRONT = { x: 52, y: 44, width: 160, height: 68 };
/** Where the far corner lies from the near one: time runs back and to the right. */
const DEPTH = { x: 82, y: -40 };

type Point = readonly [number, number];

export function drawSlab(canvas: HTMLCanvasElement, volume: Volume, axis: Axis, index: number): void {
  const pen = prepare(canvas, WIDTH, HEIGHT);
  const palette = currentPalette();
  const { size } = volume;
  const place = (features: number, batch: number, time: number): Point => [
    FRONT.x + features * FRONT.width + time * DEPTH.x,
    FRONT.y + batch * FRONT.height + time * DEPTH.y,
  ];
  face(pen, volume.slice('time', 0), place(0, 0, 0), place(1, 0, 0), place(0, 1, 0));
  // From above one sees the first batch row, its far time steps at the back; from the right the last feature.
  face(pen, backToFront(volume.slice('batch', 0)), place(0, 0, 1), place(1, 0, 1), place(0, 0, 0));
  face(pen, volume.slice('features', size.features - 1), place(1, 0, 0), place(1, 0, 1), place(1, 1, 0));
  outline(pen, [place(0, 0, 0), place(1, 0, 0), place(1, 1, 0), place(0, 1, 0)], false);
  outline(pen, [place(0, 0, 0), place(0, 0, 1), place(1, 0, 1), place(1, 0, 0)], false);
  outline(pen, [place(1, 0, 0), place(1, 0, 1), place(1, 1, 1), place(1, 1, 0)], false);
  const at = (index + 0.5) / size[axis];
  if (axis === 'time') outline(pen, [place(0, 0, at), place(1, 0, at), place(1, 1, at), place(0, 1, at)], true);
  if (axis === 'batch') outline(pen, [place(0, at, 0), place(1, at, 0), place(1, at, 1), place(0, at, 1)], true);
  if (axis === 'features') outline(pen, [place(at, 0, 0), place(at, 0, 1), place(at, 1, 1), place(at, 1, 0)], true);
  pen.font = palette.font;
  const [left, below] = place(0, 1, 0);
  write(pen, 'features →', left, below + 10, palette.muted);
  const [right, bottom] = place(1, 1, 0.5);
  write(pen, '↗ time', right + 8, bottom + 8, palette.muted);
  write(pen, 'batch ↓', left - 8, FRONT.y + FRONT.height / 2, palette.muted, 'right');
}

function backToFront(slice: Slice): Slice {
  const shares = new Float32Array(slice.shares.length);
  for (let row = 0; row < slice.rows; row++)
    shares.set(slice.shares.subarray(row * slice.cols, (row + 1) * slice.cols), (slice.rows - 1 - row) * slice.cols);
  return { ...slice, shares };
}

/** Puts a slice on the parallelogram of its top left, top right and bottom left corners. */
function face(pen: CanvasRenderingContext2D, slice: Slice, origin: Point, across: Point, down: Point): void {
  const size = 256;
  const ratio = pixelRatio();
  const picture = pictureOfShares(slice.shares, slice.rows, slice.cols);
  const image = pen.createImageData(size, size);
  const palette = currentPalette();
  paintCells(new Uint32Array(image.data.buffer), size, size, picture, {
    dot: 0,
    hatch: pack(palette.muted),
    ratio: 64,
  });
  const sheet = new OffscreenCanvas(size, size);
  sheet.getContext('2d')?.putImageData(image, 0, 0);
  pen.save();
  pen.setTransform(
    (ratio * (across[0] - origin[0])) / size,
    (ratio * (across[1] - origin[1])) / size,
    (ratio * (down[0] - origin[0])) / size,
    (ratio * (down[1] - origin[1])) / size,
    ratio * origin[0],
    ratio * origin[1],
  );
  pen.drawImage(sheet, 0, 0);
  pen.restore();
}

function outline(pen: CanvasRenderingContext2D, points: readonly Point[], marked: boolean): void {
  const { background, foreground, muted } = currentPalette();
  const trace = () => {
    pen.beginPath();
    for (const [x, y] of points) pen.lineTo(x, y);
    pen.closePath();
    pen.stroke();
  };
  if (marked) {
    pen.strokeStyle = css(background);
    pen.lineWidth = 3.5;
    trace();
  }
  pen.strokeStyle = css(marked ? foreground : muted);
  pen.lineWidth = marked ? 1.5 : 1;
  trace();
}
