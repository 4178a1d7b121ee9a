/**
 * How many of each layer's gates are saturated at a step, all units together: the number that the inspector always shows.
 * Gates have to be computed anew: unless the step was kept with them they are counted at some positions of the batch,
 * spread over all.
 */
import type { Saturation } from '../../shared/stepContract.ts';
import { gateUnits, positionsOf, sharesOf } from './gateUnits.ts';
import type { RecordedStep } from './recordedStep.ts';

/** Rows and time steps whose gates are counted. */
const MOST_POSITIONS = 256;

/** The shares (0 to 1) of saturated gates i, f, g, o by layer, over batch, time, units and directions; none when unknown. */
export function gateSaturation(recorded: RecordedStep): Saturation {
  const positions = positionsOf(recorded);
  const layers: Float32Array[] = [];
  let counted = positions;
  for (;;) {
    const layer = layers.length;
    // Steps that an earlier version kept have the shares without the units.
    const kept = recorded.read(`saturation/${layer}`)?.data;
    const gates = kept ? undefined : gateUnits(recorded, layer, MOST_POSITIONS);
    if (gates) counted = gates.counted;
    const shares = kept ?? (gates && sharesOf(gates));
    if (!shares) return { counted, positions, layers };
    layers.push(shares);
  }
}
