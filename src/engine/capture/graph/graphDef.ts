/**
 * A TensorFlow graph as bytes: nodes with attributes and constants, wrapped as a SavedModel (field numbers from
 * tensorflow/core/framework/{node_def,attr_value,tensor,tensor_shape,graph}.proto and core/protobuf/{saved_model,meta_graph}.proto).
 */
import type { Attribute, Binding, HostValues } from '../../backends/nativeBinding.ts';
import { ProtobufWriter } from './protobuf.ts';

/** A constant: values as they lie in memory. */
export interface Constant {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly values: HostValues;
}

export type NodeAttribute = Attribute | { readonly name: string; readonly constant: Constant };

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** "NODE:OUTPUT", or "^NODE" for one that only has to run before. */
  readonly inputs: readonly string[];
  readonly attributes: readonly NodeAttribute[];
}

/** Version of the graph format: that of TensorFlow 2.9, which tfjs-node brings; later ones read it. */
const PRODUCER = 1087;

/** The bytes of saved_model.pb, with one graph under the tag "serve". Throws for an attribute that has no place in a graph. */
export function savedModel(nodes: readonly GraphNode[], binding: Binding): Uint8Array {
  const graph = new ProtobufWriter();
  for (const node of nodes) graph.bytes(1, encodeNode(node, binding));
  graph.bytes(4, new ProtobufWriter().integer(1, PRODUCER));
  const tags = new ProtobufWriter().bytes(4, 'serve');
  return new ProtobufWriter().integer(1, 1).bytes(2, new ProtobufWriter().bytes(1, tags).bytes(2, graph)).finish();
}

function encodeNode({ name, op, inputs, attributes }: GraphNode, binding: Binding): ProtobufWriter {
  const node = new ProtobufWriter().bytes(1, name).bytes(2, op);
  for (const input of inputs) node.bytes(3, input);
  for (const attribute of attributes) {
    const value =
      'constant' in attribute
        ? new ProtobufWriter().bytes(8, encodeConstant(attribute.constant, binding))
        : encodeAttribute(attribute, binding);
    node.bytes(5, new ProtobufWriter().bytes(1, attribute.name).bytes(2, value));
  }
  return node;
}

function encodeAttribute({ name, type, value }: Attribute, binding: Binding): ProtobufWriter {
  const writer = new ProtobufWriter();
  if (type === binding.TF_ATTR_SHAPE) return writer.bytes(7, encodeShape(value as number[]));
  const one = (into: ProtobufWriter, each: boolean | number | string): ProtobufWriter => {
    if (type === binding.TF_ATTR_STRING) return into.bytes(2, String(each));
    if (type === binding.TF_ATTR_INT) return into.integer(3, Number(each));
    if (type === binding.TF_ATTR_FLOAT) return into.float(4, Number(each));
    if (type === binding.TF_ATTR_BOOL) return into.integer(5, each ? 1 : 0);
    if (type === binding.TF_ATTR_TYPE) return into.integer(6, Number(each));
    throw new Error(`attribute ${name} has a type that a graph cannot hold (${type})`);
  };
  if (!Array.isArray(value)) return one(writer, value);
  const list = new ProtobufWriter();
  for (const each of value) one(list, each);
  return writer.bytes(1, list);
}

function encodeShape(shape: readonly number[]): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const size of shape) writer.bytes(2, new ProtobufWriter().integer(1, size));
  return writer;
}

/** A constant of one repeated value is written as that value alone. */
function encodeConstant({ dtype, shape, values }: Constant, binding: Binding): ProtobufWriter {
  const tensor = new ProtobufWriter().integer(1, dtype).bytes(2, encodeShape(shape));
  const [first = 0] = values;
  const repeated = values.length > 1 && !Object.is(first, -0) && values.every((value) => value === first);
  if (repeated && dtype === binding.TF_FLOAT) return tensor.float(5, first);
  if (repeated && dtype === binding.TF_INT32) return tensor.integer(7, first);
  return tensor.bytes(4, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}
