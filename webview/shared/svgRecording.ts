/**
 * Having pictures of the page as SVG: everything is drawn once more, and what would go onto the canvases asked for goes
 * to a pen that takes it down. Drawing code need not know.
 */
import { SvgPen } from './svgPen.ts';

/** Canvases whose next drawing is taken down, with what was drawn. */
const recorded = new Map<HTMLCanvasElement, SvgPen | null>();

/**
 * Has `redraw` draw everything once more, and answers what it drew on these canvases; their pictures on the page stay as
 * they are. A canvas that was not drawn is left out.
 */
export function recordSvg(canvases: Iterable<HTMLCanvasElement>, redraw: () => void): Map<HTMLCanvasElement, SvgPen> {
  for (const canvas of canvases) recorded.set(canvas, null);
  try {
    redraw();
    return new Map([...recorded].filter((entry): entry is [HTMLCanvasElement, SvgPen] => entry[1] !== null));
  } finally {
    recorded.clear();
  }
}

/** The pen that takes down what is drawn on this canvas (CSS pixels), while that is wanted; else null. */
export function recorderOf(canvas: HTMLCanvasElement, width: number, height: number, ratio: number): SvgPen | null {
  if (!recorded.has(canvas)) return null;
  const pen = new SvgPen(width, height, ratio);
  recorded.set(canvas, pen);
  return pen;
}
