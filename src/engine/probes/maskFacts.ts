/**
 * The two promises about a dropped weight, counted cell by cell: derived = raw x mask bit for bit, and the gradient is
 * zero where the mask is.
 */
import type { WeightView } from '../../shared/engineContract.ts';

/** All four of one length: raw weight, its mask, the derived weight, and the gradient of the raw weight. */
export function maskFacts(
  raw: Float32Array,
  mask: Float32Array,
  derived: Float32Array,
  gradient: Float32Array,
): WeightView['facts'] {
  const cells = raw.length;
  // Through a Float32Array, the product is rounded to float32 as the engine rounds it, and its bits can be compared.
  const product = raw.map((value, i) => value * mask[i]!);
  const expected = new Uint32Array(product.buffer);
  const found = new Uint32Array(derived.buffer, derived.byteOffset, derived.length);
  let equal = 0;
  let dropped = 0;
  let gradientZeros = 0;
  let gradientZerosDropped = 0;
  for (let i = 0; i < cells; i++) {
    if (expected[i] === found[i]) equal++;
    const hole = mask[i] === 0;
    if (hole) dropped++;
    if (gradient[i] === 0) {
      gradientZeros++;
      if (hole) gradientZerosDropped++;
    }
  }
  return { cells, equal, dropped, gradientZeros, gradientZerosDropped };
}
