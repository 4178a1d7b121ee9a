/**
 * A picture to take along: columns of canvases under a title, on the page's ground, as PNG or as SVG. The SVG holds lines,
 * axes and words as vectors and says in its description what the pictures' labels say.
 */
import { pixelRatio, write } from './canvas.ts';
import { css } from './colour.ts';
import { escaped, SvgPen } from './svgPen.ts';
import { recordSvg } from './svgRecording.ts';
import { currentPalette } from './theme.ts';

const MARGIN = 16;
const TITLE = 24;
const HEADING = 20;

/** Canvases that stand over one another under one heading. */
export interface PictureColumn {
  readonly heading: string;
  readonly canvases: readonly HTMLCanvasElement[];
}

/** The columns side by side under a title and a line of what they belong to: run, config, step. */
export interface Composition {
  readonly title: string;
  readonly origin: string;
  readonly columns: readonly PictureColumn[];
}

/** Null when the browser cannot make so large a picture. */
export function pngOf(composition: Composition): Promise<Blob | null> {
  const ratio = pixelRatio();
  const { width, height } = sizeOf(composition);
  const picture = document.createElement('canvas');
  picture.width = Math.ceil(width * ratio);
  picture.height = Math.ceil(height * ratio);
  const pen = picture.getContext('2d');
  if (!pen) return Promise.resolve(null);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawFrame(pen, composition, (canvas, x, y) => {
    if (canvas.width > 0) pen.drawImage(canvas, x, y, canvas.width / ratio, canvas.height / ratio);
  });
  return new Promise((resolve) => picture.toBlob(resolve, 'image/png'));
}

/** `redraw` draws everything on the page once more. */
export function svgOf(composition: Composition, redraw: () => void): string {
  const { title, origin, columns } = composition;
  const canvases = columns.flatMap((column) => column.canvases);
  const drawings = recordSvg(canvases, redraw);
  const { width, height } = sizeOf(composition);
  const pen = new SvgPen(Math.ceil(width), Math.ceil(height), pixelRatio());
  drawFrame(pen.asCanvasPen, composition, (canvas, x, y) => {
    const drawing = drawings.get(canvas);
    if (drawing) pen.append(drawing, x, y);
  });
  const described = canvases.map((canvas) => canvas.getAttribute('aria-label') ?? '').filter((label) => label !== '');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pen.width}" height="${pen.height}" viewBox="0 0 ${pen.width} ${pen.height}" role="img">`,
    `<title>${escaped(`${title}, ${origin}`)}</title>`,
    `<desc>${escaped(described.join(' '))}</desc>`,
    pen.shapes,
    '</svg>\n',
  ].join('\n');
}

function sizeOf({ title, origin, columns }: Composition): { width: number; height: number } {
  const pen = document.createElement('canvas').getContext('2d');
  const { font } = currentPalette();
  const words = [
    [title, titleFont()],
    [origin, font],
  ].map(([text = '', face = '']) => {
    if (pen) pen.font = face;
    return pen?.measureText(text).width ?? 0;
  });
  const content = columns.reduce((sum, column) => sum + widthOf(column) + MARGIN, MARGIN);
  return {
    width: Math.max(content, Math.max(...words) + 2 * MARGIN),
    height: MARGIN / 2 + 2 * TITLE + HEADING + Math.max(...columns.map(heightOf)) + MARGIN,
  };
}

function drawFrame(
  pen: CanvasRenderingContext2D,
  composition: Composition,
  place: (canvas: HTMLCanvasElement, x: number, y: number) => void,
): void {
  const { title, origin, columns } = composition;
  const palette = currentPalette();
  const ratio = pixelRatio();
  const { width, height } = sizeOf(composition);
  pen.fillStyle = css(palette.background);
  pen.fillRect(0, 0, Math.ceil(width), Math.ceil(height));
  pen.textBaseline = 'middle';
  pen.font = titleFont();
  write(pen, title, MARGIN, MARGIN / 2 + TITLE / 2, palette.foreground);
  pen.font = palette.font;
  write(pen, origin, MARGIN, MARGIN / 2 + TITLE * 1.4, palette.muted);
  let x = MARGIN;
  for (const column of columns) {
    let y = MARGIN / 2 + 2 * TITLE;
    write(pen, column.heading, x, y + HEADING / 2, palette.muted);
    y += HEADING;
    for (const canvas of column.canvases) {
      // A legend is as wide as its picture and stands at its right edge, under the cells.
      place(canvas, x + widthOf(column) - canvas.width / ratio, y);
      y += canvas.height / ratio;
    }
    x += widthOf(column) + MARGIN;
  }
}

function titleFont(): string {
  return currentPalette().font.replace('11px', '600 13px');
}

function widthOf({ canvases }: PictureColumn): number {
  return Math.max(...canvases.map((canvas) => canvas.width)) / pixelRatio();
}

function heightOf({ canvases }: PictureColumn): number {
  return canvases.reduce((sum, canvas) => sum + canvas.height, 0) / pixelRatio();
}
