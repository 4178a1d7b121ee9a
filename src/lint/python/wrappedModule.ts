/** The module that a weight drop wraps, when the file shows how it was made, and the weights that such a module has. */
import { readKnownCall, type KnownCall } from './knownCalls.ts';
import { fullName, type PythonFile, reachingBindings, textOf } from './pythonFile.ts';
import { bare, calleeOf, type Node } from './syntax.ts';
import { evaluate, numberOf } from './value.ts';

export interface WrappedModule {
  readonly kind: 'recurrent' | 'linear' | 'cell';
  readonly label: string;
  /** Null when it cannot be told. */
  readonly layers: number | null;
  readonly bidirectional: boolean | null;
  readonly bidirectionalNode: Node | null;
}

/** Follows names and self attributes to one constructor of torch.nn; null when there is none or more than one. */
export function wrappedModule(file: PythonFile, expression: Node, steps = 4): WrappedModule | null {
  const node = bare(expression);
  if (node.name === 'CallExpression') return constructed(file, node);
  if (steps <= 0) return null;
  const [binding, ...others] = reachingBindings(file, textOf(file, node), node) ?? [];
  if (!binding?.value || binding.index !== null || others.length > 0) return null;
  return wrappedModule(file, binding.value, steps - 1);
}

function constructed(file: PythonFile, node: Node): WrappedModule | null {
  const call = readKnownCall(file, node);
  if (call?.callable.library === 'torch' && ['LSTM', 'GRU', 'RNN'].includes(call.callable.name))
    return recurrent(file, call);
  const name = fullName(file, calleeOf(node)!) ?? '';
  const last = name.split('.').at(-1)!;
  if (!name.startsWith('torch.nn.')) return null;
  const none = { layers: null, bidirectional: null, bidirectionalNode: null };
  if (last === 'Linear') return { kind: 'linear', label: 'nn.Linear', ...none };
  return /^(LSTM|GRU|RNN)Cell$/.test(last) ? { kind: 'cell', label: `nn.${last}`, ...none } : null;
}

function recurrent(file: PythonFile, call: KnownCall): WrappedModule {
  const layers = call.bound.get('num_layers')?.value;
  const bidirectional = call.bound.get('bidirectional')?.value ?? null;
  const value = bidirectional ? evaluate(file, bidirectional) : null;
  return {
    kind: 'recurrent',
    label: `nn.${call.callable.name}`,
    layers: layers ? numberOf(file, layers) : call.complete ? 1 : null,
    bidirectional: value ? (value.kind === 'boolean' ? value.boolean : null) : call.complete ? false : null,
    bidirectionalNode: bidirectional,
  };
}

/** Whether the module has a weight of that name; true when that cannot be told. */
export function hasWeight(module: WrappedModule, name: string): boolean {
  if (module.kind === 'linear') return name === 'weight' || name === 'bias';
  if (module.kind === 'cell') return /^(weight|bias)_[ih]h$/.test(name);
  const parts = /^(?:weight|bias)_(?:ih|hh|hr)_l(\d+)(_reverse)?$/.exec(name);
  if (!parts) return false;
  if (parts[2] && module.bidirectional === false) return false;
  return module.layers === null || Number(parts[1]) < module.layers;
}

/** Example names for a message. */
export function weightNames(module: WrappedModule): string {
  if (module.kind === 'linear') return 'weight, bias';
  if (module.kind === 'cell') return 'weight_ih, weight_hh, bias_ih, bias_hh';
  const last = module.layers === null || module.layers === 1 ? '' : ` … weight_hh_l${module.layers - 1}`;
  return `weight_hh_l0${last}${module.bidirectional ? ', the same with _reverse' : ''}`;
}
