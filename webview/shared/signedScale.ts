/**
 * The colour scale of signed values under a picture: the histogram of the whole tensor over it, its limits beneath. Bars piled
 * at the two ends are the cells beyond the limits.
 */
import { write } from './canvas.ts';
import { css } from './colour.ts';
import { count, significant } from './format.ts';
import { currentPalette } from './theme.ts';

export interface SignedScale {
  /** Of the whole tensor: equal bins from -limit to limit, and how many cells are in none. */
  readonly summary: { readonly histogram: Uint32Array; readonly limit: number; readonly nonFinite: number };
  /** Of the colours: -limit to limit. */
  readonly limit: number;
  /** Where a value stands on the scale: -1 and 1 are its ends, beyond them is as good as there. */
  readonly toneOf: (value: number) => number;
  /** Under the middle. */
  readonly middle: string;
  /** What kind of scale it is, in words that follow its limits, or "". */
  readonly note: string;
}

/** Width of a bar with the gap after it, CSS pixels. */
const BAR = 3;
const HIGHEST = 15;
/** A bin is spread over the bars that it covers in so many parts. */
const PARTS = 16;

/** Draws it, 40 CSS pixels high, and says it in words. */
export function drawSignedScale(pen: CanvasRenderingContext2D, width: number, scale: SignedScale): string {
  const palette = currentPalette();
  const { summary, limit, middle, note } = scale;
  const bars = Math.max(1, Math.floor((width - 1) / BAR));
  const heights = heightsOf(scale, bars);
  const highest = Math.max(1, ...heights.subarray(1, bars - 1));
  pen.fillStyle = css(palette.histogram);
  heights.forEach((amount, bar) => {
    const height = Math.min(HIGHEST, (amount / highest) * HIGHEST);
    pen.fillRect(bar * BAR, HIGHEST - height, BAR - 1, height);
  });
  for (let x = 0; x < bars * BAR; x++) {
    const packed = palette.signed[Math.round((x / (bars * BAR - 1)) * (palette.signed.length - 1))] ?? palette.zero;
    pen.fillStyle = css([packed & 255, (packed >> 8) & 255, (packed >> 16) & 255]);
    pen.fillRect(x, HIGHEST + 1, 1, 8);
  }
  const bad = summary.nonFinite > 0 ? `${count(summary.nonFinite, 'cell')} not finite` : '';
  write(pen, significant(-limit, 2), 0, 33, palette.muted);
  write(pen, bad || middle, width / 2, 33, bad ? palette.bad : palette.muted, 'center');
  write(pen, `+${significant(limit, 2)}`, width - 1, 33, palette.muted, 'right');
  return `Scale from ${significant(-limit, 2)} to ${significant(limit, 2)}${note}${bad ? `; ${bad}` : ''}.`;
}

function heightsOf({ summary: { histogram, limit }, toneOf }: SignedScale, bars: number): Float64Array {
  const heights = new Float64Array(bars);
  histogram.forEach((amount, bin) => {
    for (let part = 0; part < PARTS; part++) {
      const value = (((bin + (part + 0.5) / PARTS) / histogram.length) * 2 - 1) * limit;
      const bar = Math.floor(((toneOf(value) + 1) / 2) * bars);
      heights[Math.max(0, Math.min(bars - 1, bar))]! += amount / PARTS;
    }
  });
  return heights;
}
