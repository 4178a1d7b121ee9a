/**
 * `dropscope trace`: one forward and backward pass from given weights, tokens and masks, and every tensor of it in one
 * file (docs/contracts.md, sections 2 and 4). Everything that can be wrong with the input is found before the model is
 * built, and before anything is written.
 */
import * as tf from '@tensorflow/tfjs-core';
import { BadInput } from '../../shared/failureCodes.ts';
import { resolveConfig } from '../../shared/config.ts';
import type { SiteDescription } from '../../shared/engineContract.ts';
import type { Config } from '../../shared/hyperparameters.ts';
import type { TraceRequest, TraceResult } from '../../shared/jobContract.ts';
import { chooseBackend } from '../backends/chooseBackend.ts';
import { importWeights } from '../checkpoints/importWeights.ts';
import { modelOfWeights } from '../checkpoints/modelOfWeights.ts';
import { readSafetensors, safetensorsPieces, type NamedTensor } from '../checkpoints/safetensors.ts';
import { readTensorList } from '../checkpoints/tensorFile.ts';
import { getLanguageModel } from '../models/languageModel.ts';
import { parameterShapes } from '../models/parameterShapes.ts';
import { seed } from '../random/draws.ts';
import { dropoutSites } from '../../shared/dropoutSites.ts';
import { readRunConfig } from '../session/runConfig.ts';
import { assignParameters } from '../session/runFiles.ts';
import { Trainer } from '../training/trainer.ts';
import type { TokenBatch } from '../training/trainerBatch.ts';
import { findNonFinite } from '../training/trainerNonFinite.ts';
import type { Recording } from '../training/trainerRecording.ts';
import { readMasks } from './masksFile.ts';
import { requireWritable, writeOutput } from './outputFile.ts';
import { readTokens } from './tokensFile.ts';

/** Everything that one pass needs. */
export interface TraceInput {
  readonly config: Config & { readonly vocab_sz: number };
  readonly weights: readonly NamedTensor[];
  readonly batch: TokenBatch;
  readonly masks: readonly NamedTensor[];
  readonly warnings: readonly string[];
}

/** Throws {@link BadInput} (nothing was written), or what the backend says when it cannot be used. */
export async function traceJob(request: TraceRequest): Promise<TraceResult> {
  const { config: configFile, weights, tokens, masks, out } = request;
  await requireWritable(out, [configFile, weights, tokens, ...(masks === undefined ? [] : [masks])]);
  const input = await readInput(request);
  return writeTrace(input, request);
}

/** Runs the pass and writes every tensor of it; `out` was found to be writable. */
export async function writeTrace(
  input: TraceInput,
  { mode, out, nativePath }: Pick<TraceRequest, 'mode' | 'out' | 'nativePath'>,
): Promise<TraceResult> {
  const { config, warnings } = input;
  const backend = await chooseBackend(config.backend, {
    nativeFolders: nativePath === undefined ? [] : [nativePath],
  });
  const recording = run(input, mode);
  try {
    const tensors = traceTensors(recording, input, mode);
    const { first } = findNonFinite(recording);
    const metadata = {
      format: 'dropscope-trace-1',
      mode,
      backend: backend.name,
      config: JSON.stringify(config),
    };
    await writeOutput(out, safetensorsPieces(tensors, metadata));
    const number = (name: string) => tensors.find((tensor) => tensor.name === name)?.data[0] ?? NaN;
    return {
      file: out,
      tensors: tensors.length,
      loss: number('loss'),
      ce: number('loss/ce'),
      ar: number('loss/ar'),
      tar: number('loss/tar'),
      backend,
      warnings,
      ...(first === undefined ? {} : { nonFinite: first }),
    };
  } finally {
    recording.dispose();
  }
}

async function readInput(request: TraceRequest): Promise<TraceInput> {
  const { config, warnings } = await readConfig(request);
  const weights = await importWeights(request.weights, parameterShapes(config));
  const batch = await readTokens(request.tokens, config.vocab_sz);
  const { masks, ...more } = await masksOf(request, config, batch);
  return { config, weights, batch, masks, warnings: [...warnings, ...more.warnings] };
}

/** The config with a vocabulary size, its own or that of the weights. */
async function readConfig({ config: configFile, weights, backend }: TraceRequest) {
  const overrides = backend === undefined ? {} : { backend };
  const read = await readRunConfig({ configFile, overrides, base: '' });
  const { tensors } = await readTensorList(weights);
  const vocab_sz = read.config.vocab_sz ?? modelOfWeights(weights, tensors).vocab_sz;
  const { config, problems } = resolveConfig(read.config, { vocab_sz });
  if (!config) throw new BadInput(`config ${configFile}: ${problems.map(({ message }) => message).join('; ')}`);
  return { config: { ...config, vocab_sz }, warnings: read.warnings };
}

async function masksOf({ masks: file, mode }: TraceRequest, config: TraceInput['config'], { rows }: TokenBatch) {
  const sites = dropoutSites({ ...config, bs: rows }, config.vocab_sz);
  if (mode === 'eval') {
    // Not used, but a file that cannot be read is a mistake all the same.
    if (file !== undefined) await readSafetensors(file);
    return { masks: [], warnings: [] };
  }
  const given = file === undefined ? { masks: [], warnings: [] } : await readMasks(file, sites);
  const named = new Set(given.masks.map(({ name }) => name));
  return { masks: [...given.masks, ...onesWithout(named, sites)], warnings: given.warnings };
}

/** Where nothing is dropped no mask is drawn; the trace shows the ones it amounts to. */
export function onesWithout(given: ReadonlySet<string>, sites: readonly SiteDescription[]): NamedTensor[] {
  return sites
    .filter(({ name, p }) => p === 0 && !given.has(name))
    .map(({ name, shape }) => ({ name, shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1) }));
}

function run({ config, weights, batch, masks }: TraceInput, mode: TraceRequest['mode']): Recording {
  seed(config.seed);
  // A trace in evaluation uses no mask at all, also where the config has the model always draw.
  const weight_drop = { ...config.weight_drop, ...(mode === 'eval' ? { mode: 'off' as const } : {}) };
  const model = getLanguageModel({ ...config, weight_drop });
  // No step is done: the optimiser is the one without memory of its own.
  const trainer = new Trainer(model, { ...config, optimizer: 'sgd' });
  const tensors = masks.map(({ name, shape, data }): [string, tf.Tensor] => [name, tf.tensor(data, [...shape])]);
  try {
    assignParameters(model, weights);
    return trainer.trace(batch, { train: mode === 'train', masks: Object.fromEntries(tensors) });
  } finally {
    for (const [, tensor] of tensors) tensor.dispose();
    trainer.dispose();
    model.dispose();
  }
}

/** What the contract names, in the order of computation. A parameter that no gradient reached has zeros. */
function traceTensors(recording: Recording, { weights }: TraceInput, mode: TraceRequest['mode']): NamedTensor[] {
  const parameters = new Map(weights.map(({ name, shape }) => [name, shape]));
  const tensors = recording
    .names()
    .filter((name) => !parameters.has(name) && name !== 'loss/token')
    .flatMap((name) => {
      const tensor = recording.read(name);
      return tensor ? [{ name, ...tensor }] : [];
    });
  const there = new Set(tensors.map(({ name }) => name));
  for (const [name, shape] of parameters) {
    if (there.has(`grad/${name}`)) continue;
    tensors.push({ name: `grad/${name}`, shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
  }
  return tensors.filter(({ name }) => mode === 'train' || !name.startsWith('mask/'));
}
