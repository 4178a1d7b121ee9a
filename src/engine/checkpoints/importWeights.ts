/**
 * Weights of any origin for a model of known shapes. The header alone decides whether a file fits, so that one that
 * does not is refused before its values are read, with the tensor's name, what was found and what was expected.
 */
import type { Shapes } from '../models/parameterShapes.ts';
import { CheckpointError } from './checkpointError.ts';
import { canonicalName, toDropscope } from './keyStyles.ts';
import { clipped } from './safetensorsHeader.ts';
import type { NamedTensor, Safetensors } from './safetensors.ts';
import { readTensorList, readWeights } from './tensorFile.ts';

const EMBEDDING = '0.encoder.weight';
const DECODER = '1.decoder.weight';

/**
 * Every parameter of `shapes` from the file, under the names that `shapes` has, in any key style. Throws a
 * {@link CheckpointError} for what is missing, misshapen or not of this model.
 */
export async function importWeights(file: string, shapes: Shapes): Promise<NamedTensor[]> {
  const { tensors } = await readTensorList(file);
  requireFit(file, tensors, shapes);
  const read = canonical(file, await readWeights(file));
  const byName = new Map(read.map((tensor) => [ownName(tensor.name, shapes) ?? tensor.name, tensor]));
  const decoder = byName.get(DECODER);
  if (decoder && !shapes.has(DECODER)) {
    throw new CheckpointError(
      `${file}: ${DECODER} differs from ${EMBEDDING}, and this model ties the two; set tie_weights to false`,
    );
  }
  return Array.from(shapes.keys(), (name) => {
    // Left out as a tie, and this model has two tensors there that begin alike.
    const tensor = byName.get(name) ?? byName.get(EMBEDDING)!;
    return { ...tensor, name };
  });
}

/** A file's tensors under Dropscope's names. Throws a {@link CheckpointError} naming the file. */
export function canonical(file: string, { tensors }: Safetensors): NamedTensor[] {
  try {
    return toDropscope(tensors);
  } catch (error) {
    throw new CheckpointError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** Throws a {@link CheckpointError} unless every tensor has its place in `shapes` and every place its tensor. */
export function requireFit(
  file: string,
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
  shapes: Shapes,
): void {
  const found = new Set<string>();
  for (const { name, shape } of tensors) {
    const known = canonicalName(name);
    if (known === null) {
      throw new CheckpointError(
        `${file}: ${clipped(name)}: not a tensor of an AWD-LSTM language model in any known key style`,
      );
    }
    const own = ownName(known, shapes) ?? (known === DECODER ? EMBEDDING : undefined);
    const wanted = own === undefined ? undefined : shapes.get(own);
    if (own === undefined || !wanted) {
      throw new CheckpointError(
        `${file}: ${clipped(name)} [${shape.join(', ')}] has no place in this model; ${sizesHint}`,
      );
    }
    if (!sameShape(shape, wanted)) {
      throw new CheckpointError(
        `${file}: ${clipped(name)} is [${shape.join(', ')}], this model needs [${wanted.join(', ')}]; ${sizesHint}`,
      );
    }
    found.add(own);
  }
  for (const [name, shape] of shapes) {
    if (found.has(name)) continue;
    throw new CheckpointError(`${file}: ${name} is missing, this model needs [${shape.join(', ')}]; ${sizesHint}`);
  }
}

const sizesHint = 'give weights of this model, or the sizes they were made with';

/**
 * The parameter a tensor is for. A recurrent weight is one and the same whether a wrapper drops it (raw) or not: which
 * of the two names a model has is its weight_drop.names' business.
 */
function ownName(name: string, shapes: Shapes): string | undefined {
  if (shapes.has(name)) return name;
  const dropped = name.replace(/\.module\.(weight_hh_l0(?:_reverse)?)$/, '.$1_raw');
  if (shapes.has(dropped)) return dropped;
  const plain = name.replace(/\.(weight_hh_l0(?:_reverse)?)_raw$/, '.module.$1');
  return shapes.has(plain) ? plain : undefined;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
