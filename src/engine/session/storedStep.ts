/**
 * A recorded step as a file: parameters as they were in that forward pass, masks and gradients under the names of
 * docs/contracts.md section 4, the state it began with, the tokens, and what is computed from activations, which are too
 * large to be kept. Derived weights are made again from raw and mask.
 */
import { readSafetensors, type NamedTensor, type Safetensors } from '../checkpoints/safetensors.ts';
import { broadcastMask } from '../probes/broadcastMask.ts';
import { gatesName } from '../probes/gateUnits.ts';
import { lastPredictionName } from '../probes/lastPrediction.ts';
import { gateViewOnce, lastPredictionOnce } from '../probes/oncePerStep.ts';
import type { RecordedStep, TensorData } from '../probes/recordedStep.ts';
import { NO_EVIDENCE, type StepEvidence } from '../probes/stepEvidence.ts';
import { TOKEN_LOSS, tokenLosses } from '../probes/tokenLosses.ts';
import type { Pieces } from './pieces.ts';

/** What the file of a step holds; null when its tensors take more than `mostBytes`. The step has to stay meanwhile. */
export async function storable(recorded: RecordedStep, mostBytes: number, pieces: Pieces): Promise<Safetensors | null> {
  const tensors: NamedTensor[] = [];
  let bytes = 0;
  for (const name of recorded.names()) {
    if (name.includes('/') && !/^(mask|grad|grad_t|before)\//.test(name)) continue;
    const tensor = recorded.read(name);
    if (!tensor) continue;
    bytes += tensor.data.byteLength;
    if (bytes > mostBytes) return null;
    tensors.push({ name, ...tensor });
    await pieces.pause();
  }
  const facts = await derivedFacts(recorded, pieces);
  const { rows, length, ids } = recorded.input;
  const metadata = {
    format: 'dropscope-recorded-1',
    step: String(recorded.step),
    mode: recorded.mode,
    tokens: JSON.stringify({ rows, length, ids: [...ids], target: recorded.target && [...recorded.target] }),
    evidence: JSON.stringify(recorded.evidence),
  };
  return { tensors: [...tensors, ...facts], metadata };
}

async function derivedFacts(recorded: RecordedStep, pieces: Pieces): Promise<NamedTensor[]> {
  const gates = gateViewOnce(recorded).layers.map(({ units, low, high }, layer) => ({
    name: gatesName(layer),
    shape: [2, 4, units],
    data: Float32Array.of(...low, ...high),
  }));
  await pieces.pause();
  const reach = (lastPredictionOnce(recorded) ?? []).map((data, layer) => ({
    name: lastPredictionName(layer),
    shape: [data.length],
    data,
  }));
  await pieces.pause();
  const { rows, length } = recorded.input;
  const losses = tokenLosses(recorded);
  await pieces.pause();
  return [...gates, ...reach, ...(losses ? [{ name: TOKEN_LOSS, shape: [rows, length], data: losses }] : [])];
}

/** Reads what {@link storable} gave. Throws a CheckpointError or StorageError when there is none. */
export async function readStoredStep(file: string): Promise<RecordedStep> {
  return new StoredStep(await readSafetensors(file));
}

interface StoredTokens {
  readonly rows: number;
  readonly length: number;
  readonly ids: readonly number[];
  readonly target?: readonly number[] | null;
}

class StoredStep implements RecordedStep {
  readonly step: number;
  readonly mode: 'train' | 'eval';
  readonly input: RecordedStep['input'];
  readonly target: Int32Array | null;
  readonly evidence: StepEvidence;
  readonly #tensors: ReadonlyMap<string, TensorData>;
  /** Raw parameter and mask of each derived weight, by the derived tensor's name. */
  readonly #derived: ReadonlyMap<string, { raw: string; mask: string }>;

  constructor({ metadata, tensors }: Safetensors) {
    this.step = Number(metadata['step']);
    this.mode = metadata['mode'] === 'eval' ? 'eval' : 'train';
    const tokens = JSON.parse(metadata['tokens'] ?? '{"rows":0,"length":0,"ids":[]}') as StoredTokens;
    const { rows, length, ids, target } = tokens;
    this.input = { rows, length, ids: Int32Array.from(ids) };
    this.target = target ? Int32Array.from(target) : null;
    const evidence = metadata['evidence'];
    this.evidence = evidence === undefined ? NO_EVIDENCE : (JSON.parse(evidence) as StepEvidence);
    this.#tensors = new Map(tensors.map(({ name, shape, data }) => [name, { shape, data }]));
    this.#derived = new Map(
      [...this.#tensors.keys()].flatMap((name) => {
        const weight = /^(\d+\.rnns\.\d+)\.(\w+)_raw$/.exec(name);
        if (!weight) return [];
        const [, layer, own] = weight;
        return [[`derived/${layer}.module.${own}`, { raw: name, mask: `mask/${layer}.${own}` }] as const];
      }),
    );
  }

  names(): readonly string[] {
    return [...this.#tensors.keys(), ...this.#derived.keys()];
  }

  read(name: string): TensorData | undefined {
    const made = this.#derived.get(name);
    if (!made) return this.#tensors.get(name);
    const raw = this.#tensors.get(made.raw)!;
    const mask = this.#tensors.get(made.mask);
    // Where nothing was dropped no mask was drawn, and derived is raw.
    if (!mask) return raw;
    const factors = broadcastMask(mask, raw.shape).data;
    return { shape: raw.shape, data: raw.data.map((value, i) => value * factors[i]!) };
  }
}
