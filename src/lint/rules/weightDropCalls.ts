/** Calls of a weight drop with the module they wrap and the names they drop. */
import type { KnownCall } from '../python/knownCalls.ts';
import type { LintFile } from '../python/lintFile.ts';
import type { Node } from '../python/syntax.ts';
import { stringsOf } from '../python/value.ts';
import { type WrappedModule, wrappedModule } from '../python/wrappedModule.ts';

export interface WeightDropCall {
  readonly call: KnownCall;
  readonly module: WrappedModule;
  readonly names: readonly string[];
  /** Null when the names are the default. */
  readonly namesNode: Node | null;
}

export function weightDropCalls(file: LintFile): WeightDropCall[] {
  return file.knownCalls.flatMap((call) => {
    const parameter = { WeightDropout: 'layer_names', WeightDrop: 'weights' }[call.callable.name];
    const wrapped = call.bound.get('module')?.value;
    const module = parameter && wrapped ? wrappedModule(file, wrapped) : null;
    if (!parameter || !module) return [];
    const namesNode = call.bound.get(parameter)?.value ?? null;
    const isDefault = call.callable.name === 'WeightDropout' && call.complete && !call.local;
    const names = namesNode ? stringsOf(file, namesNode) : isDefault ? ['weight_hh_l0'] : null;
    return names ? [{ call, module, names, namesNode }] : [];
  });
}
