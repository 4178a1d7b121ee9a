/** dropout-as-copy: F.dropout(w, training=False) returns the same object, no copy. */
import { type PythonFile, textOf } from '../python/pythonFile.ts';
import { attributeOf, bare, calleeOf, enclosing, methodCall, type Node } from '../python/syntax.ts';
import { problemAt, replace, type Rule } from './rule.ts';

export const dropoutAsCopy: Rule = {
  code: 'dropout-as-copy',
  severity: 'info',
  summary: 'F.dropout(…, training=False) used as a copy',
  *check(file) {
    for (const { call, input, literal } of file.dropoutCalls) {
      if (literal !== false || !input || !isStored(file, call.node) || isNewTensor(file, input)) continue;
      const name = textOf(file, input);
      yield problemAt(
        call.node,
        `F.dropout(…, training=False) returns ${name} itself, not a copy: derived then is the raw Parameter; for a copy write ${name}.clone()`,
        replace(call.node, `${name}.clone()`, `Write ${name}.clone()`),
      );
    }
  },
};

/** Assigned or handed to setattr: then somebody counts on what it is. */
function isStored(file: PythonFile, node: Node): boolean {
  const call = enclosing(node, 'CallExpression', 'AssignStatement');
  if (call?.name === 'AssignStatement') return true;
  const callee = call ? calleeOf(call) : null;
  return callee !== null && textOf(file, callee) === 'setattr';
}

/** `w.data`, `w.detach()`, `w.clone()`: an object of its own already. */
function isNewTensor(file: PythonFile, input: Node): boolean {
  const node = bare(input);
  return attributeOf(node, file.text)?.name === 'data' || methodCall(node, file.text) !== null;
}
