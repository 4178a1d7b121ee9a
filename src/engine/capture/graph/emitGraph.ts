/**
 * Writes a recorded step as a graph. Variables live in the session; the values a step begins with are read once, and every
 * change of a variable waits for that reading. Fetching `STEP_DONE` makes the changes happen, leaving it out only looks.
 */
import type { Attribute, Binding } from '../../backends/nativeBinding.ts';
import type { GraphNode, NodeAttribute } from './graphDef.ts';
import type { Record, RecordedNode, Source } from './record.ts';
import { NotCapturable } from '../capturedStep.ts';

export const STEP_DONE = 'step_done:0';

/** Where things are in the graph: names to feed and to fetch. */
export interface GraphPlaces {
  readonly nodes: readonly GraphNode[];
  readonly inputs: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  /** What a step reads; may be fed instead. */
  readonly reads: ReadonlyMap<string, string>;
  /** Feeding `value` and fetching `done` sets a variable; fetching `now` reads it at any time. */
  readonly variables: ReadonlyMap<string, { readonly value: string; readonly done: string; readonly now: string }>;
}

/** Attributes that eager execution infers and a graph must have: tfjs-node leaves out only this one. */
const INFERRED: Readonly<{ [op: string]: string }> = { ExpandDims: 'T' };

/** The whole step as nodes. Throws NotCapturable where an operation has changed something in place that is no variable. */
export function emitGraph(record: Record, binding: Binding): GraphPlaces {
  return new Emitter(record, binding).emit();
}

class Emitter {
  readonly #record: Record;
  readonly #binding: Binding;
  readonly #nodes: GraphNode[] = [];
  readonly #constants = new Map<string, string>();
  /** Names of sessions' things: variable names hold characters that node names may not. */
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #changed: string[] = [];

  constructor(record: Record, binding: Binding) {
    this.#record = record;
    this.#binding = binding;
    this.#numbers = new Map([...record.variables.keys()].map((name, index) => [name, index]));
  }

  emit(): GraphPlaces {
    const { nodes, inputs, variables, labels } = this.#record;
    const places = new Map(Array.from(variables.keys(), (name) => [name, this.#variable(name)]));
    const feeds = new Map<string, string>();
    for (const [name, { dtype, shape }] of inputs) {
      const node = `input${feeds.size}`;
      this.#add(node, 'Placeholder', [this.#type('dtype', dtype), this.#shape(shape)]);
      feeds.set(name, `${node}:0`);
    }
    nodes.forEach((node, index) => (node.changes ? this.#inPlace(node, index) : this.#operation(node, index)));
    this.#assignments();
    const fetches = new Map(Array.from(labels, ([name, source], at) => [name, this.#label(source, at)]));
    this.#one('step_done', this.#changed);
    return {
      nodes: this.#nodes,
      inputs: feeds,
      labels: fetches,
      reads: new Map(Array.from(variables.keys(), (name) => [name, `${this.#read(name)}:0`])),
      variables: places,
    };
  }

  #variable(name: string): { value: string; done: string; now: string } {
    const { dtype, shape } = this.#record.variables.get(name)!;
    const handle = this.#handle(name);
    const type = this.#type('dtype', dtype);
    this.#add(handle, 'VarHandleOp', [
      type,
      this.#shape(shape),
      this.#text('shared_name', handle),
      this.#text('container', ''),
    ]);
    this.#add(this.#read(name), 'ReadVariableOp', [type], [handle]);
    this.#add(`${handle}_now`, 'ReadVariableOp', [type], [handle]);
    this.#add(`${handle}_value`, 'Placeholder', [type, this.#shape(shape)]);
    this.#add(`${handle}_set`, 'AssignVariableOp', [type], [handle, `${handle}_value`]);
    this.#one(`${handle}_done`, [`${handle}_set`]);
    return { value: `${handle}_value:0`, done: `${handle}_done:0`, now: `${handle}_now:0` };
  }

  #operation({ op, attributes, inputs }: RecordedNode, index: number): void {
    const missing = INFERRED[op];
    const inferred =
      missing !== undefined && !attributes.some(({ name }) => name === missing)
        ? [this.#type(missing, this.#dtypeOf(inputs[0]!))]
        : [];
    const values = inputs.map((source) => this.#place(source));
    this.#add(nodeName(index), op, [...attributes, ...inferred], values);
  }

  /** The variables that its results are assigned to are changed where they are; what they hold after is read again. */
  #inPlace({ op, attributes, inputs, changes = [], outputs }: RecordedNode, index: number): void {
    const own = nodeName(index);
    const targets = changes.map((_, output) => this.#assignedTo(index, output, op));
    const ready = changes.map((source, output) => {
      const name = targets[output]!;
      if (source.kind === 'variable' && source.name === name) return this.#read(name);
      const start = `${own}_start${output}`;
      const assign = [this.#handle(name), this.#place(source), `^${this.#read(name)}`];
      this.#add(start, 'AssignVariableOp', [this.#type('dtype', outputs[output]!.dtype)], assign);
      return start;
    });
    const handles = targets.map((name) => this.#handle(name));
    const values = inputs.map((source) => this.#place(source));
    this.#add(own, op, attributes, [...handles, ...values, ...ready.map((name) => `^${name}`)]);
    handles.forEach((handle, output) => {
      const type = this.#type('dtype', outputs[output]!.dtype);
      this.#add(`${own}_after${output}`, 'ReadVariableOp', [type], [handle, `^${own}`]);
    });
    this.#changed.push(own);
  }

  #assignedTo(index: number, output: number, op: string): string {
    for (const [name, source] of this.#record.assigned) {
      if (source.kind === 'node' && source.index === index && source.output === output) return name;
    }
    throw new NotCapturable(`result ${output} of ${op} goes to no variable`);
  }

  #assignments(): void {
    for (const [name, source] of this.#record.assigned) {
      if (source.kind === 'node' && this.#record.nodes[source.index]!.changes) continue;
      const node = `${this.#handle(name)}_assign`;
      const type = this.#type('dtype', this.#record.variables.get(name)!.dtype);
      const inputs = [this.#handle(name), this.#place(source), `^${this.#read(name)}`];
      this.#add(node, 'AssignVariableOp', [type], inputs);
      this.#changed.push(node);
    }
  }

  /** What may be fed must not be fetched: inputs and readings go through an Identity. */
  #label(source: Source, at: number): string {
    const place = this.#place(source);
    if (source.kind === 'node') return place;
    this.#add(`label${at}`, 'Identity', [this.#type('T', this.#dtypeOf(source))], [place]);
    return `label${at}:0`;
  }

  #place(source: Source): string {
    switch (source.kind) {
      case 'input':
        return `input${[...this.#record.inputs.keys()].indexOf(source.name)}:0`;
      case 'variable':
        return `${this.#read(source.name)}:0`;
      case 'constant':
        return `${this.#constant(source.index)}:0`;
      case 'node': {
        const inPlace = this.#record.nodes[source.index]!.changes !== undefined;
        const name = nodeName(source.index);
        return inPlace ? `${name}_after${source.output}:0` : `${name}:${source.output}`;
      }
    }
  }

  #dtypeOf(source: Source): number {
    if (source.kind === 'constant') return this.#record.constants[source.index]!.dtype;
    if (source.kind === 'node') return this.#record.nodes[source.index]!.outputs[source.output]!.dtype;
    return (source.kind === 'input' ? this.#record.inputs : this.#record.variables).get(source.name)!.dtype;
  }

  /** Equal constants are one node. */
  #constant(index: number): string {
    const constant = this.#record.constants[index]!;
    const { dtype, shape, values } = constant;
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    const key = `${dtype} ${shape.join()} ${bytes.toString('base64')}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = `constant${this.#constants.size}`;
    this.#constants.set(key, name);
    this.#add(name, 'Const', [this.#type('dtype', dtype), { name: 'value', constant }]);
    return name;
  }

  /** Something to fetch that makes others run. */
  #one(name: string, after: readonly string[]): void {
    const dtype = this.#binding.TF_INT32;
    const constant = { dtype, shape: [], values: Int32Array.of(1) };
    this.#add(
      name,
      'Const',
      [this.#type('dtype', dtype), { name: 'value', constant }],
      after.map((node) => `^${node}`),
    );
  }

  #add(name: string, op: string, attributes: readonly NodeAttribute[], inputs: readonly string[] = []): void {
    this.#nodes.push({ name, op, inputs, attributes });
  }

  #handle(variable: string): string {
    return `variable${this.#numbers.get(variable)}`;
  }

  #read(variable: string): string {
    return `${this.#handle(variable)}_read`;
  }

  #type(name: string, value: number): Attribute {
    return { name, type: this.#binding.TF_ATTR_TYPE, value };
  }

  #shape(value: readonly number[]): Attribute {
    return { name: 'shape', type: this.#binding.TF_ATTR_SHAPE, value: [...value] };
  }

  #text(name: string, value: string): Attribute {
    return { name, type: this.#binding.TF_ATTR_STRING, value };
  }
}

function nodeName(index: number): string {
  return `step${index}`;
}
