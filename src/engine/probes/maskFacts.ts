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
  let equal = 0;
  let dropped = 0;
  let gradientZeros = 0;
  let gradientZerosDropped = 0;
  for (let at = 0; at < cells; at++) {
    const kept = mask[at]!;
    // Rounded to float32 as the engine rounds it; -0 is not 0, NaN is NaN.
    if (Object.is(Math.fround(raw[at]! * kept), derived[at])) equal++;
    const hole = kept === 0;
    if (hole) dropped++;
    if (gradient[at] === 0) {
      gradientZeros++;
      if (hole) gradientZerosDropped++;
    }
  }
  return { cells, equal, dropped, gradientZeros, gradientZerosDropped };
}
