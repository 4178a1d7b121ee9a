/**
 * Reads a whole file of weights once, piece by piece, and tells what it is: tree, facts on each tensor, sentences. Nothing
 * larger than a piece is kept, whatever the size of the file.
 */
import { createHash } from 'node:crypto';
import type { CheckpointFinding, CheckpointTensor, CheckpointView } from '../../../shared/checkpointContract.ts';
import type { CancellationLike } from '../../../shared/rpc.ts';
import { parameterShapes, type ModelSizes } from '../../models/parameterShapes.ts';
import { CheckpointError } from '../checkpointError.ts';
import { elementTypes } from '../elementTypes.ts';
import { requireFit } from '../importWeights.ts';
import { canonicalName } from '../keyStyles.ts';
import { modelOfWeights } from '../modelOfWeights.ts';
import { clipped, sizeOf } from '../safetensorsHeader.ts';
import { withTensorFile, type StoredTensor, type TensorFile } from '../tensorFile.ts';
import { CellStatistics } from './cellStatistics.ts';
import { checkpointTree } from './checkpointTree.ts';
import { damageFindings, modelFinding, relationFindings, type Examined } from './fileFindings.ts';
import { keyStyleOf, styleName } from './keyStyleOf.ts';
import { pairFacts } from './pairFacts.ts';
import { dropProbability, pairSentence } from './pairSentence.ts';
import { tiedTensors, type Identity } from './tiedTensors.ts';
import { weightPairs } from './weightPairs.ts';

/** Throws a {@link CheckpointError} for a file that is not one of weights. */
export function examineCheckpoint(path: string, cancelled: CancellationLike): Promise<CheckpointView> {
  return withTensorFile(path, async (file) => {
    const names = file.tensors.map(({ name }) => name);
    const pairs = fittingPairs(file.tensors);
    const found = await identities(path, file, cancelled);
    const tensors = found.map(({ tensor }) => tensor);
    const ties = tiedTensors(found, new Set(pairs.values()));
    const style = keyStyleOf(names);
    const { sizes, convertible, why } = modelOf(path, file, ties);
    const masks = await pairFindings(file, pairs, cancelled);
    const examined: Examined = { tensors, pairs, ties, style, sizes };
    const findings: CheckpointFinding[] = [
      ...damageFindings(examined),
      ...(sizes && convertible ? [modelFinding(sizes)] : []),
      ...(why === '' || style === 'unknown' ? [] : [{ kind: 'caution', sentence: why, tensor: '' } as const]),
      ...masks.findings,
      ...relationFindings(examined),
      ...besides(file),
    ];
    const cells = tensors.reduce((sum, tensor) => sum + tensor.cells, 0);
    const twice = new Set([...pairs.values(), ...ties.keys()]);
    return {
      file: path,
      bytes: file.bytes,
      format: file.format,
      style,
      styleName: styleName(style, names),
      cells,
      distinctCells: tensors.reduce((sum, tensor) => sum + (twice.has(tensor.name) ? 0 : tensor.cells), 0),
      tensors,
      root: checkpointTree(tensors, pairs, ties),
      findings: findings.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)),
      config: sizes && convertible ? configOf(sizes, masks.p) : null,
      convertible,
      metadata: file.metadata,
    };
  });
}

const order: readonly CheckpointFinding['kind'][] = ['damage', 'caution', 'fact'];

/** Pairs of one shape; a derived weight of another shape is none of that raw one. */
function fittingPairs(tensors: readonly StoredTensor[]): ReadonlyMap<string, string> {
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape.join()]));
  const pairs = weightPairs([...shapes.keys()]);
  return new Map([...pairs].filter(([raw, derived]) => shapes.get(raw) === shapes.get(derived)));
}

/** Every tensor's facts, and what tells whether it is another one too. */
async function identities(path: string, file: TensorFile, cancelled: CancellationLike): Promise<Identity[]> {
  const kindOf = ({ shape, dtype }: StoredTensor) => `${dtype}[${shape.join()}]`;
  const kinds = new Map<string, number>();
  for (const tensor of file.tensors) kinds.set(kindOf(tensor), (kinds.get(kindOf(tensor)) ?? 0) + 1);
  const found: Identity[] = [];
  const byStorage = new Map<string, Identity>();
  for (const stored of file.tensors) {
    const { name, shape, dtype, storage } = stored;
    const read = byStorage.get(storage);
    if (read) {
      found.push({ ...read, tensor: { ...read.tensor, name } });
      continue;
    }
    const statistics = new CellStatistics();
    const digest = (kinds.get(kindOf(stored)) ?? 0) > 1 ? createHash('sha256') : null;
    for await (const piece of file.pieces(stored)) {
      if (cancelled.isCancellationRequested) throw new CheckpointError(`${path}: reading it was cancelled`);
      statistics.add(piece);
      digest?.update(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength));
    }
    const tensor: CheckpointTensor = { name, shape, dtype, cells: sizeOf(shape), statistics: statistics.result() };
    const identity = { tensor, storage, digest: digest === null ? '' : kindOf(stored) + digest.digest('hex') };
    byStorage.set(storage, identity);
    found.push(identity);
  }
  return found;
}

/** The model these weights are of, and whether they are all of it and nothing else. */
function modelOf(
  path: string,
  { tensors }: TensorFile,
  ties: ReadonlyMap<string, string>,
): { sizes: ModelSizes | null; convertible: boolean; why: string } {
  const odd = tensors.find(({ dtype }) => !elementTypes[dtype].weights);
  try {
    const told = modelOfWeights(path, tensors);
    const decoder = tensors.find(({ name }) => canonicalName(name) === '1.decoder.weight');
    const sizes = { ...told, tie_weights: told.tie_weights || (decoder !== undefined && ties.has(decoder.name)) };
    requireFit(path, tensors, parameterShapes(told));
    if (odd) return { sizes, convertible: false, why: `${clipped(odd.name)}: ${odd.dtype} is no type of weights.` };
    return { sizes, convertible: true, why: '' };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const said = error.message.replace(`${path}: `, '');
    return { sizes: null, convertible: false, why: `Not a whole AWD-LSTM language model: ${said}.` };
  }
}

async function pairFindings(file: TensorFile, pairs: ReadonlyMap<string, string>, cancelled: CancellationLike) {
  const byName = new Map(file.tensors.map((tensor) => [tensor.name, tensor]));
  const findings: CheckpointFinding[] = [];
  const all = new Set<number | null>();
  for (const [rawName, derivedName] of pairs) {
    const [raw, derived] = [byName.get(rawName), byName.get(derivedName)];
    if (!raw || !derived || sizeOf(raw.shape) === 0 || cancelled.isCancellationRequested) continue;
    const facts = await pairFacts(raw.shape, file.pieces(raw), file.pieces(derived));
    findings.push(pairSentence(rawName, derivedName, facts));
    all.add(dropProbability(facts));
  }
  const [only = null] = all;
  return { findings, p: all.size === 1 ? only : null };
}

function besides({ besides: others, metadata }: TensorFile): CheckpointFinding[] {
  const found: CheckpointFinding[] = [];
  const fact = (sentence: string) => found.push({ kind: 'fact', sentence, tensor: '' });
  const { step } = metadata;
  if (step !== undefined && /^\d{1,15}$/.test(step)) fact(`Written at step ${Number(step).toLocaleString('en-US')}.`);
  if (others !== '') fact(`The file also holds ${others}, which is not shown.`);
  return found;
}

/** A config for a model of these sizes; weight_p where the weights tell it. */
function configOf(sizes: ModelSizes, p: number | null): Readonly<Record<string, unknown>> {
  const { vocab_sz, emb_sz, n_hid, n_layers, bidir, tie_weights, out_bias, weight_drop } = sizes;
  return {
    vocab_sz,
    emb_sz,
    n_hid,
    n_layers,
    ...(bidir ? { bidir } : {}),
    tie_weights,
    out_bias,
    ...(p === null || p === 0 ? {} : { weight_p: p }),
    ...(weight_drop.names.length > 1 ? { weight_drop: { names: weight_drop.names } } : {}),
  };
}
