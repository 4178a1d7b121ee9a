/**
 * The tensors whose pictures are looked at, kept while one pans and zooms: the last used of one file after another, as
 * far as a fixed share of memory allows. A file that has changed on disk is read anew.
 */
import { stat } from 'node:fs/promises';
import type { CheckpointPicture, CheckpointPictureRequest } from '../../shared/checkpointContract.ts';
import type { Pane, Tile, TensorSummary } from '../../shared/engineContract.ts';
import { matrixShape } from '../probes/matrixShape.ts';
import { summarize } from '../probes/tensorSummary.ts';
import { tile, type BlockReducer } from '../probes/tile.ts';
import { CheckpointError } from './checkpointError.ts';
import { weightPairs } from './forensics/weightPairs.ts';
import { clipped, sizeOf } from './safetensorsHeader.ts';
import { withTensorFile, type StoredTensor } from './tensorFile.ts';

/** Cells of one tensor that can be drawn: twice an embedding of 60,000 words by 400. */
const mostCells = 48_000_000;
/** Cells kept of all together, four bytes each. */
const mostKept = 150_000_000;

/** Cells of the picture of all of a tensor. */
const overviewCells = 512 * 512;

interface Layer {
  readonly name: string;
  readonly data: Float32Array;
  readonly summary: TensorSummary;
  readonly overview: Tile;
  readonly reducer: BlockReducer;
}

interface Kept {
  readonly shape: readonly number[];
  readonly raw: Layer;
  readonly mask: Layer | null;
  readonly derived: Layer | null;
}

export class PictureTensors {
  /** Oldest use first. */
  readonly #kept = new Map<string, Promise<Kept>>();
  readonly #cells = new Map<string, number>();

  /** The tensor's picture, or that of the pair it belongs to. Throws a {@link CheckpointError}. */
  async picture({ file, name, window, maxCells }: CheckpointPictureRequest): Promise<CheckpointPicture> {
    const { shape, raw, mask, derived } = await this.#read(file, name);
    const pane = ({ name: of, data, summary, overview, reducer }: Layer): Pane => ({
      overview,
      detail: window ? tile(of, { shape, data }, window, maxCells, reducer) : overview,
      summary,
    });
    const { rows, cols } = matrixShape(shape);
    return {
      name: raw.name,
      shape: [rows, cols],
      gates: shape.length === 2 && rows % 4 === 0 && /(^|\.)weight_[hi]h_l\d+(_reverse)?(_raw)?$/.test(raw.name),
      raw: pane(raw),
      pair: mask && derived && { name: derived.name, mask: pane(mask), derived: pane(derived) },
    };
  }

  async #read(file: string, name: string): Promise<Kept> {
    const stats = await stat(file).catch((error: unknown) => {
      throw new CheckpointError(`${file}: there is no such file any more`, { cause: error });
    });
    const key = JSON.stringify([file, stats.mtimeMs, stats.size, name]);
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    const reading = known ?? readTensor(file, name);
    this.#kept.set(key, reading);
    try {
      const kept = await reading;
      this.#cells.set(key, kept.raw.data.length * (kept.derived ? 3 : 1));
      this.#forgetOld();
      return kept;
    } catch (error) {
      this.#kept.delete(key);
      throw error;
    }
  }

  #forgetOld(): void {
    let sum = [...this.#cells.values()].reduce((total, cells) => total + cells, 0);
    for (const key of this.#kept.keys()) {
      if (sum <= mostKept || this.#kept.size === 1) break;
      sum -= this.#cells.get(key) ?? 0;
      this.#kept.delete(key);
      this.#cells.delete(key);
    }
  }
}

function readTensor(path: string, name: string): Promise<Kept> {
  return withTensorFile(path, async (file) => {
    const byName = new Map(file.tensors.map((tensor) => [tensor.name, tensor]));
    const pairs = weightPairs([...byName.keys()]);
    const rawName = [...pairs].find(([, derived]) => derived === name)?.[0] ?? name;
    const stored = byName.get(rawName);
    if (!stored) throw new CheckpointError(`${path}: it holds no tensor ${clipped(name)}`);
    const read = async (tensor: StoredTensor) => file.whole(requireDrawable(path, tensor));
    const { shape } = stored;
    const layer = (of: string, data: Float32Array, reducer: BlockReducer, holes?: Float32Array): Layer => {
      const overview = tile(of, { shape, data }, undefined, overviewCells, reducer);
      return { name: of, data, summary: summarize(data, holes), overview, reducer };
    };
    const raw = await read(stored);
    const learned = layer(rawName, raw, 'extreme');
    const other = byName.get(pairs.get(rawName) ?? '');
    if (other?.shape.join() !== shape.join()) return { shape, raw: learned, mask: null, derived: null };
    const derived = await read(other);
    const mask = quotient(derived, raw);
    return {
      shape,
      raw: learned,
      mask: layer(`derived / raw of ${rawName}`, mask, 'kept'),
      derived: layer(other.name, derived, 'extreme', mask),
    };
  });
}

function requireDrawable(path: string, tensor: StoredTensor): StoredTensor {
  const cells = sizeOf(tensor.shape);
  if (cells > 0 && cells <= mostCells) return tensor;
  const why = cells === 0 ? 'it has no cell' : `its ${cells} cells are more than the ${mostCells} that are drawn`;
  throw new CheckpointError(`${path}: ${clipped(tensor.name)} has no picture: ${why}`);
}

/** What each raw cell was multiplied by; NaN where raw is 0, so that nothing tells. */
function quotient(derived: Float32Array, raw: Float32Array): Float32Array {
  return derived.map((value, at) => (raw[at] === 0 ? NaN : value / raw[at]!));
}
