/** missing-reset: AWD_LSTM carries its hidden state from call to call; a new document starts with the last one's. */
import type { LintFile } from '../python/lintFile.ts';
import { readKnownCall } from '../python/knownCalls.ts';
import { loopBindings } from '../python/bindings.ts';
import { reachingBindings, textOf } from '../python/pythonFile.ts';
import { calleeOf, children, methodCall, type Node, within } from '../python/syntax.ts';
import { problemAt, type Rule } from './rule.ts';

export const missingReset: Rule = {
  code: 'missing-reset',
  severity: 'hint',
  summary: 'no reset() between documents',
  *check(file) {
    for (const loop of file.loops) {
      const body = loop.getChild('Body');
      if (!body || !isOverDocuments(file, loop)) continue;
      const calls = within(body, 'CallExpression');
      if (calls.some((call) => /reset|init_hidden/.test(methodCall(call, file.text)?.name ?? ''))) continue;
      const call = calls.find((one) => isStateful(file, one));
      const first = body.firstChild?.nextSibling;
      if (!call || !first) continue;
      const model = textOf(file, calleeOf(call)!);
      const indent = /[^\S\n]*$/.exec(file.text.slice(0, first.from))![0];
      yield problemAt(
        call,
        `${model} keeps its hidden state between calls: without ${model}.reset() a document starts with the state the last one left`,
        {
          title: `Call ${model}.reset() first`,
          edits: [{ from: first.from, to: first.from, text: `${model}.reset()\n${indent}` }],
        },
      );
    }
  },
};

/** By the names: `for doc in …`, `for x in documents`. */
function isOverDocuments(file: LintFile, loop: Node): boolean {
  const parts = children(loop);
  const source = parts[parts.findIndex(({ name }) => name === 'in') + 1];
  const names = loopBindings(loop, file.text).map(({ name }) => name);
  return [...names, source ? textOf(file, source) : ''].some((name) =>
    /(^|_|\b)(docs?|documents?|texts?|articles?|reviews?)\b/i.test(name),
  );
}

/** A call of a model that this file builds from AWD_LSTM. */
function isStateful(file: LintFile, call: Node): boolean {
  const callee = calleeOf(call);
  if (callee?.name !== 'VariableName') return false;
  const [binding, ...others] = reachingBindings(file, textOf(file, callee), callee) ?? [];
  if (!binding?.value || others.length > 0) return false;
  return within(binding.value, 'CallExpression').some((made) =>
    ['AWD_LSTM', 'get_language_model'].includes(readKnownCall(file, made)?.callable.name ?? ''),
  );
}
