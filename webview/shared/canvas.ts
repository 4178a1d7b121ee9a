/** Drawing on a canvas in CSS pixels, sharp on any display: size, text and hairlines. */
import { css, type Rgb } from './colour.ts';
import { paintCells, type CellPicture, type Inks } from './heatmap.ts';
import { recorderOf } from './svgRecording.ts';
import { currentPalette } from './theme.ts';

export function pixelRatio(): number {
  return Math.max(1, window.devicePixelRatio || 1);
}

/**
 * Sizes the canvas (CSS pixels), clears it and returns its pen, scaled so that one unit is one CSS pixel. While the
 * canvas is recorded as SVG the pen is the recorder's, and what is on the page stays.
 */
export function prepare(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = pixelRatio();
  const recorder = recorderOf(canvas, width, height, ratio);
  if (recorder) {
    recorder.font = currentPalette().font;
    recorder.textBaseline = 'middle';
    return recorder.asCanvasPen;
  }
  const deviceWidth = Math.max(1, Math.round(width * ratio));
  const deviceHeight = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== deviceWidth) canvas.width = deviceWidth;
  if (canvas.height !== deviceHeight) canvas.height = deviceHeight;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('This browser gives no 2-D canvas, so nothing can be drawn.');
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = currentPalette().font;
  pen.textBaseline = 'middle';
  return pen;
}

export function write(
  pen: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: Rgb,
  align: CanvasTextAlign = 'left',
): void {
  pen.fillStyle = css(colour);
  pen.textAlign = align;
  pen.fillText(text, x, y);
}

export function verticalLine(pen: CanvasRenderingContext2D, x: number, top: number, bottom: number, colour: Rgb): void {
  pen.fillStyle = css(colour);
  pen.fillRect(Math.round(x), top, 1, bottom - top);
}

export function polyline(
  pen: CanvasRenderingContext2D,
  points: readonly (readonly [number, number])[],
  colour: Rgb,
  width: number,
): void {
  pen.strokeStyle = css(colour);
  pen.lineWidth = width;
  pen.lineJoin = 'round';
  pen.beginPath();
  let started = false;
  for (const [x, y] of points) {
    if (!Number.isFinite(y)) started = false;
    else if (started) pen.lineTo(x, y);
    else {
      pen.moveTo(x, y);
      started = true;
    }
  }
  pen.stroke();
}

/** A box round a cell: the colour over a halo of the background, so that it is seen on any picture. */
export function haloBox(
  pen: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  dashed = false,
): void {
  const { background, foreground } = currentPalette();
  pen.setLineDash([]);
  pen.strokeStyle = css(background);
  pen.lineWidth = 3;
  pen.strokeRect(x, y, width, height);
  pen.strokeStyle = css(foreground);
  pen.lineWidth = 1.5;
  if (dashed) pen.setLineDash([2, 2]);
  pen.strokeRect(x, y, width, height);
  pen.setLineDash([]);
}

/** Paints into a rectangle of a canvas (CSS pixels), keeping what lies outside it. */
export function drawCells(
  pen: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  picture: CellPicture,
  inks: Inks,
): void {
  const deviceWidth = Math.max(1, Math.round(width * inks.ratio));
  const deviceHeight = Math.max(1, Math.round(height * inks.ratio));
  const image = pen.createImageData(deviceWidth, deviceHeight);
  paintCells(new Uint32Array(image.data.buffer), deviceWidth, deviceHeight, picture, inks);
  pen.putImageData(image, Math.round(x * inks.ratio), Math.round(y * inks.ratio));
}
