/** The middle of some numbers; the lower of the two middle ones for an even count. NaN for none. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1] ?? NaN;
}
