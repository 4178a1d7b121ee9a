/** How many of each layer's gates are saturated at a step, all units together: the number that the inspector always shows. */
import { sharesOf } from './gateUnits.ts';
import { gateViewOnce } from './oncePerStep.ts';
import type { RecordedStep } from './recordedStep.ts';

/** By layer the share (0 to 1) of saturated gates i, f, g, o, over batch, time, units and directions; none when unknown. */
export function gateSaturation(recorded: RecordedStep): Float32Array[] {
  const layers: Float32Array[] = [];
  for (let layer = 0; ; layer++) {
    // Steps that an earlier version kept have the shares without the units.
    const shares = recorded.read(`saturation/${layer}`)?.data ?? ofLayer(recorded, layer);
    if (!shares) return layers;
    layers.push(shares);
  }
}

function ofLayer(recorded: RecordedStep, layer: number): Float32Array | undefined {
  const gates = gateViewOnce(recorded).layers[layer];
  return gates && sharesOf(gates);
}
