/** Every dropout probability of a file with its value: what the rules about p look at. */
import { nameOf, parametersOf, type PythonFile } from './pythonFile.ts';
import type { Settings } from './settings.ts';
import type { Node } from './syntax.ts';
import { evaluate, type Value } from './value.ts';

export interface Probability {
  readonly key: string;
  readonly node: Node;
  readonly value: Value;
}

/** In calls, in configs, and as defaults of the constructors that this file itself defines. */
export function* probabilitiesOf(file: PythonFile, settings: readonly Settings[]): Generator<Probability> {
  const seen = new Set<number>();
  for (const { entries, probabilities } of settings) {
    for (const { key, value } of entries.values()) {
      if (!Object.hasOwn(probabilities, key) || seen.has(value.from)) continue;
      seen.add(value.from);
      yield { key, node: value, value: evaluate(file, value) };
    }
  }
  for (const definition of file.classes) {
    if (!/drop|AWD_?LSTM/i.test(nameOf(definition, file.text))) continue;
    const methods = definition.getChild('Body')?.getChildren('FunctionDefinition') ?? [];
    const constructor = methods.find((method) => nameOf(method, file.text) === '__init__');
    for (const parameter of constructor ? parametersOf(constructor, file.text) : []) {
      if (!parameter.default || !isProbabilityName(parameter.name)) continue;
      yield { key: parameter.name, node: parameter.default, value: evaluate(file, parameter.default) };
    }
  }
}

function isProbabilityName(name: string): boolean {
  return /^(p|drop_?prob|drop_p|w?drop(out)?[a-z]?|(weight|hidden|input|embed|output)_p)$/.test(name);
}
