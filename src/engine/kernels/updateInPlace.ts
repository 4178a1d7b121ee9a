/**
 * TensorFlow's optimiser steps change resource variables. Here they are functions from values to values; a recorder that
 * stands in for the binding takes the whole step as one, and changes its own variables in place.
 */
import type { Attribute, Binding } from '../backends/nativeBinding.ts';

export interface VariableUpdate {
  name: string;
  attributes: Attribute[];
  /** What the variables hold before: float32 values. */
  values: { id: number; shape: number[] }[];
  inputs: number[];
}

/** What a recorder adds to the binding. */
export interface UpdateRecorder {
  recordUpdate(update: VariableUpdate, run: (binding: Binding) => number[]): number[];
}

let scratchVariables = 0;

/** Gives one id for each value; they are the caller's to delete. */
export function updateInPlace(binding: Binding & Partial<UpdateRecorder>, update: VariableUpdate): number[] {
  const run = (real: Binding): number[] => throughScratch(real, update);
  return binding.recordUpdate ? binding.recordUpdate(update, run) : run(binding);
}

/** Assigning shares a value's memory, and the update copies what is shared: the values given stay as they are. */
function throughScratch(binding: Binding, { name, attributes, values, inputs }: VariableUpdate): number[] {
  const float = { name: 'dtype', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
  const handles: number[] = [];
  try {
    for (const { id, shape } of values) {
      const place = [
        float,
        { name: 'shape', type: binding.TF_ATTR_SHAPE, value: shape },
        { name: 'shared_name', type: binding.TF_ATTR_STRING, value: `dropscope_${scratchVariables++}` },
        { name: 'container', type: binding.TF_ATTR_STRING, value: '' },
      ];
      const handle = binding.executeOp('VarHandleOp', place, [], 1)[0]!.id;
      handles.push(handle);
      binding.executeOp('AssignVariableOp', [float], [handle, id], 0);
    }
    binding.executeOp(name, attributes, [...handles, ...inputs], 0);
    return handles.map((handle) => binding.executeOp('ReadVariableOp', [float], [handle], 1)[0]!.id);
  } finally {
    const quiet = { name: 'ignore_lookup_error', type: binding.TF_ATTR_BOOL, value: true };
    for (const handle of handles) {
      binding.executeOp('DestroyResourceOp', [quiet], [handle], 0);
      binding.deleteTensor(handle);
    }
  }
}
