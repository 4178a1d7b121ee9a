/**
 * What steps change besides numbers of the moment, by names that last: all of it for those who run steps, and what a
 * checkpoint needs besides the weights so that training goes on as if it had never ended.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StepParts } from './trainerStep.ts';
import type { WeightAverage } from './weightAverage.ts';

type Parts = Pick<StepParts, 'model' | 'parameters' | 'optimiser'>;

/** Steps done when averaging began, and the weights that training goes on from. */
const AVERAGED_SINCE = 'average/since';
const OWN_WEIGHT = 'average/own/';

/** Every variable that a step reads or changes: parameters, optimiser slots, carried state, averages. */
export function stepVariables(parts: Parts, average: WeightAverage | null): Map<string, tf.Variable> {
  const averages = [...(average?.tensors() ?? [])].map(([name, variable]) => [`average/${name}`, variable]);
  const parameters = Array.from(parts.parameters, ([name, { variable }]) => [name, variable]);
  return new Map([...parameters, ...slotsOf(parts), ...averages] as [string, tf.Variable][]);
}

/**
 * What the next step depends on besides the weights that are evaluated; while these are averages, that is also the weights
 * that training goes on from. The tensors stay their owners'.
 */
export function stateToKeep(parts: Parts, average: WeightAverage | null): Map<string, tf.Tensor> {
  const state = new Map(slotsOf(parts));
  if (!average) return state;
  state.set(AVERAGED_SINCE, average.since);
  for (const [name, variable] of ownWeights(parts)) state.set(name, variable);
  return state;
}

/**
 * Takes over what {@link stateToKeep} gave; the tensors remain the caller's. Averaging is begun, after so many steps, where the
 * state says so, before the weights that training goes on from take the averages' places. Throws, with nothing changed, when
 * a slot or weight is missing or has another shape.
 */
export function restoreKeptState(
  parts: Parts,
  values: ReadonlyMap<string, tf.Tensor>,
  startAveraging: (since: number) => void,
): void {
  const since = values.get(AVERAGED_SINCE);
  const slots = [...parts.optimiser.state(), ...(since ? ownWeights(parts) : [])];
  for (const [name, slot] of slots) {
    const value = values.get(name);
    if (!value) throw new Error(`optimiser state: ${name} is missing`);
    if (!tf.util.arraysEqual(value.shape, slot.shape)) {
      throw new Error(
        `optimiser state: ${name} is [${value.shape.join(', ')}], this model needs [${slot.shape.join(', ')}]`,
      );
    }
  }
  parts.model.encoder.state.restore(values);
  // What the model took over is the average; only then come the weights that training goes on from.
  if (since) startAveraging(since.dataSync()[0]!);
  for (const [name, slot] of slots) tf.tidy(() => (slot as tf.Variable).assign(tf.clone(values.get(name)!)));
}

/** Of the optimiser and of the LSTMs. */
function slotsOf({ model, optimiser }: Parts): [string, tf.Tensor][] {
  return [...optimiser.state(), ...model.encoder.state.named()];
}

function ownWeights({ parameters }: Parts): [string, tf.Variable][] {
  return Array.from(parameters, ([name, { variable }]) => [OWN_WEIGHT + name, variable]);
}
