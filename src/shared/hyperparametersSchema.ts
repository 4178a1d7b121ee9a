/**
 * The JSON schema of a config, made from the hyper-parameter table: choices, defaults and hovers for an editor to offer. What
 * is wrong in a config is said once, by src/lint/, in better words: nothing in the schema makes an editor complain as well.
 * media/schemas/dropscope.schema.json is this, written by tools/schema.ts; a test compares the two.
 */
import type { Bounds, Hyperparameter } from './hyperparameter.ts';
import { hyperparameters, weightDropHyperparameters } from './hyperparameters.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Schema of dropscope.json (draft 7, the draft VS Code knows best). */
export function configSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Dropscope config',
    description: 'Hyper-parameters of an AWD-LSTM language model, with the names that fastai uses.',
    properties: { $schema: { type: 'string' }, ...properties(hyperparameters) },
  };
}

function properties(table: Readonly<Record<string, Hyperparameter>>): Record<string, Schema> {
  const described = ([key, row]: [string, Hyperparameter]) => {
    const schema = key === 'corpus' ? alsoOneText(valueSchema(row)) : valueSchema(row);
    return [key, { ...offered(schema), default: row.default, description: description(row) }];
  };
  return Object.fromEntries(Object.entries(table).map(described)) as Record<string, Schema>;
}

/** Values to choose from and their bounds, beside which every other value passes. */
const offered = (schema: Schema): Schema => ({ anyOf: [schema, {}] });

/** One file may be named without a list around it. */
const alsoOneText = (schema: Schema): Schema => ({ ...schema, type: ['string', 'array'] });

/** The hover: meaning, unit, and what others call it. */
export function description({ meaning, unit, aliases = {} }: Hyperparameter): string {
  const names = [
    ['paper', aliases.paper],
    ['awd-lstm-lm', aliases.salesforce],
    ['fastai', aliases.fastai2 ?? aliases.fastai1],
  ].filter(([, name]) => name !== undefined);
  const sentences = [meaning];
  if (unit !== undefined) sentences.push(`Unit: ${unit}.`);
  if (names.length > 0) sentences.push(`Elsewhere: ${names.map(([where, name]) => `${name} (${where})`).join(', ')}.`);
  return sentences.join(' ');
}

function valueSchema(row: Hyperparameter): Schema {
  switch (row.kind) {
    case 'number': {
      const number = numberSchema(row);
      return row.default === null || row.nullable === true ? { ...number, type: [number['type'], 'null'] } : number;
    }
    case 'probability':
      return { type: 'number', minimum: 0, maximum: 1 };
    case 'boolean':
      return { type: 'boolean' };
    case 'choice':
      return { enum: row.choices };
    case 'numbers':
      return { type: 'array', items: numberSchema(row), ...exactly(row.length) };
    case 'strings':
      return { type: 'array', items: row.allowed ? { enum: row.allowed } : { type: 'string', minLength: 1 } };
    case 'rate':
      return { anyOf: [numberSchema(row), { type: 'array', items: numberSchema(row), ...exactly(2) }] };
    case 'labels':
      return { anyOf: [{ const: 'folders' }, tableLabels] };
    case 'weight-drop':
      return { type: 'object', properties: properties(weightDropHyperparameters) };
  }
}

const exactly = (length: number | undefined): Schema =>
  length === undefined ? {} : { minItems: length, maxItems: length };

const tableLabels: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['csv', 'text', 'label'],
  properties: { csv: { type: 'string' }, text: { type: 'string' }, label: { type: 'string' } },
};

function numberSchema({ integer, exclusive, min, max }: Bounds): Schema {
  const type = integer === true ? 'integer' : 'number';
  return { type, [exclusive === true ? 'exclusiveMinimum' : 'minimum']: min, maximum: max };
}
