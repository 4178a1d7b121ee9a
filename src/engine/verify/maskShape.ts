/** Laying a mask over the tensor it multiplies. */

/** The mask's shape with leading ones up to the rank of `sizes`; null when it does not broadcast to `sizes`. */
export function broadcastShape(shape: readonly number[], sizes: readonly number[]): number[] | null {
  if (shape.length > sizes.length) return null;
  const padded = [...Array<number>(sizes.length - shape.length).fill(1), ...shape];
  return padded.every((size, axis) => size === 1 || size === sizes[axis]) ? padded : null;
}
