/**
 * How numbers are written wherever the editor itself shows them (trees, status bar, messages): loss with 3 decimals,
 * perplexity with 2, shares with 1, true minus, thousands with a comma. Not finite values are named, never hidden.
 */

const MINUS = '\u2212';

/** From here on decimals say nothing, and the number is written with its power of ten. */
const LONG = 1e5;

/** A number with that many decimals, 1.55e15 where it has run away; `-` becomes a true minus. */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  if (decimals > 0 && Math.abs(value) >= LONG) return figures(value);
  return value.toFixed(decimals).replace('-', MINUS);
}

/** A whole number with thousands separated: 99,328. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  return Math.round(value).toLocaleString('en-US').replace('-', MINUS);
}

/** Two or three significant figures, for norms and ratios: 11.2, 0.066, 3.60e−4. An exact zero is "0". */
export function figures(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= LONG) return value.toExponential(2).replace('e+', 'e').replaceAll('-', MINUS);
  return fixed(value, size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0);
}

/** A share between 0 and 1 as percent with one decimal: 79.9 %. */
export function percent(share: number): string {
  return `${fixed(share * 100, 1)} %`;
}

/** A shape as people write it: 512 × 128. A single number is a shape too. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.map((size) => count(size)).join(' × ');
}

/** Tokens per second in few characters: 940 tok/s, 8.2k tok/s, 137k tok/s. */
export function rate(tokensPerSecond: number): string {
  if (tokensPerSecond < 1000) return `${count(tokensPerSecond)} tok/s`;
  const thousands = tokensPerSecond / 1000;
  return `${thousands < 10 ? thousands.toFixed(1) : count(thousands)}k tok/s`;
}

/** A duration in seconds, rounded as one would say it: 40 s, 3 min, 2 h 10 min. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function notFinite(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : `${MINUS}∞`;
}
