/** The weights that one direction of an LSTM layer really used at a recorded step: derived where they were dropped. */
import type { RecordedStep, TensorData } from './recordedStep.ts';

/** ih [4H, I], hh [4H, H], both biases [4H]; gate rows i, f, g, o. */
export type LayerWeights = Record<'ih' | 'hh' | 'biasIh' | 'biasHh', TensorData>;

/** `suffix` is "" or "_reverse"; undefined when the step has no such direction. */
export function layerWeights(recorded: RecordedStep, layer: number, suffix: string): LayerWeights | undefined {
  const inner = `0.rnns.${layer}.module`;
  const weight = (name: string): TensorData | undefined =>
    recorded.read(`derived/${inner}.${name}${suffix}`) ?? recorded.read(`${inner}.${name}${suffix}`);
  const ih = weight('weight_ih_l0');
  const hh = weight('weight_hh_l0');
  const biasIh = weight('bias_ih_l0');
  const biasHh = weight('bias_hh_l0');
  return ih && hh && biasIh && biasHh ? { ih, hh, biasIh, biasHh } : undefined;
}
