/** locked-layout: a locked dropout that was made for one layout, fed the other, so its mask is shared along the batch. */
import { fullName, type PythonFile, reachingBindings, textOf } from '../python/pythonFile.ts';
import { argumentsOf } from '../python/arguments.ts';
import { readKnownCall } from '../python/knownCalls.ts';
import { calleeOf, dottedName, type Node } from '../python/syntax.ts';
import { evaluate } from '../python/value.ts';
import { problemAt, type Rule } from './rule.ts';

type Layout = 'batch first' | 'time first';

export const lockedLayout: Rule = {
  code: 'locked-layout',
  severity: 'warning',
  summary: 'a locked dropout fed the other layout',
  *check(file) {
    const locked = ['RNNDropout', 'LockedDropout'];
    if (!file.knownCalls.some(({ callable }) => locked.includes(callable.name))) return;
    for (const call of file.calls) {
      const callee = calleeOf(call);
      const wanted = callee ? layoutOfDropout(file, callee) : null;
      const input = wanted ? argumentsOf(call, file.text).given[0]?.value : undefined;
      const found = input ? layoutOfTensor(file, input) : null;
      if (!wanted || !input || !found || found === wanted) continue;

      yield problemAt(
        input,
        `this tensor is ${found}, the locked dropout is ${wanted}: its mask is shared over the batch and not over time`,
      );
    }
  },
};

/** fastai's RNNDropout expects [B, T, F]; salesforce's and torchnlp's LockedDropout [T, B, F]. */
function layoutOfDropout(file: PythonFile, callee: Node): Layout | null {
  const made = constructorOf(file, callee);
  const call = made ? readKnownCall(file, made) : null;
  if (!call || call.local || !made) return null;
  if (call.callable.name === 'RNNDropout') return 'batch first';
  return call.callable.name === 'LockedDropout' ? 'time first' : null;
}

/** The output of an nn.LSTM (or GRU, RNN) whose batch_first is known: `x, h = lstm(x)`. */
function layoutOfTensor(file: PythonFile, input: Node): Layout | null {
  const [binding, ...others] = reachingBindings(file, textOf(file, input), input) ?? [];
  if (!binding?.value || others.length > 0 || binding.index !== 0) return null;
  const callee = calleeOf(binding.value);
  const made = callee ? constructorOf(file, callee) : null;
  const call = made ? readKnownCall(file, made) : null;
  if (!call?.complete || call.callable.library !== 'torch' || !call.callable.parameters.includes('batch_first'))
    return null;
  const argument = call.bound.get('batch_first')?.value;
  const value = argument ? evaluate(file, argument) : ({ kind: 'boolean', boolean: false } as const);
  if (value.kind !== 'boolean') return null;
  return value.boolean ? 'batch first' : 'time first';
}

/** The one call that a name or self attribute was made by. */
function constructorOf(file: PythonFile, callee: Node): Node | null {
  const name = dottedName(callee, file.text);
  if (name === null || (!name.startsWith('self.') && fullName(file, callee) !== null)) return null;
  const [binding, ...others] = reachingBindings(file, name, callee) ?? [];
  if (!binding?.value || binding.index !== null || others.length > 0) return null;
  return binding.value.name === 'CallExpression' ? binding.value : null;
}
