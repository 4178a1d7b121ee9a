// The Python that tools and tests ask for what only a Python has (PyTorch's numbers, a TensorFlow to build for): the one
// that DROPSCOPE_PYTHON names, else python3 of the path. Nothing of the product needs it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export type Answer<T> = ({ readonly missing: false } & T) | { readonly missing: string };

/** Runs a line of Python; what it printed, or the reason to go without what is `needed`. */
export function askPython(code: string, needed: string): Answer<{ readonly python: string; readonly output: string }> {
  const named = process.env['DROPSCOPE_PYTHON'];
  const python = named === undefined || named === '' ? 'python3' : named;
  const { status, error, stdout } = spawnSync(python, ['-c', code], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 120_000,
  });
  if (status === 0) return { missing: false, python, output: stdout.trim() };
  const why = error ? 'is not there' : `has no ${needed}`;
  return { missing: `${python} ${why} (set DROPSCOPE_PYTHON to one that has)` };
}

/** The folder of its tensorflow, found without importing it. */
export function pythonTensorflow(): Answer<{ readonly folder: string }> {
  const code =
    "import importlib.util as u; s = u.find_spec('tensorflow'); print(s.submodule_search_locations[0]) if s else exit(1)";
  const answer = askPython(code, 'tensorflow');
  if (answer.missing !== false) return answer;
  if (!existsSync(answer.output)) return { missing: `${answer.output}, tensorflow of ${answer.python}, is not there` };
  return { missing: false, folder: answer.output };
}
