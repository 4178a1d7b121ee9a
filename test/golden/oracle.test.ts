/** Every tensor of a step as PyTorch autograd has it, in-process, on every backend; through the command: test/process. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors } from '../../src/engine/checkpoints/safetensors.ts';
import { getLanguageModel, type LanguageModelConfig } from '../../src/engine/models/languageModel.ts';
import { Trainer } from '../../src/engine/training/trainer.ts';
import { onEachBackend } from '../unit/engine/onEachBackend.ts';
import { SETTINGS } from '../unit/engine/smallModel.ts';
import { caseFolders, committedCases, isTraining, requireAgreement } from './oneStepCase.ts';

const json = <T>(folder: string, file: string): T => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as T;

async function tensors(folder: string, file: string): Promise<Map<string, tf.Tensor>> {
  const { tensors } = await readSafetensors(path.join(folder, file));
  return new Map(tensors.map(({ name, shape, data }) => [name, tf.tensor(data, [...shape])]));
}

onEachBackend('golden: every tensor of a step as PyTorch has it', () => {
  for (const folder of caseFolders(committedCases)) {
    test(path.basename(folder), async () => {
      const config = json<LanguageModelConfig & { alpha: number; beta: number }>(folder, 'config.json');
      const { input, target } = json<Record<'input' | 'target', number[][]>>(folder, 'tokens.json');
      const model = getLanguageModel(config);
      const weights = await tensors(folder, 'weights.safetensors');
      assert.deepEqual([...weights.keys()].sort(), [...model.namedParameters().keys()].sort());
      for (const [name, parameter] of model.namedParameters()) parameter.assign(weights.get(name)!);
      const batch = {
        rows: input.length,
        length: input[0]!.length,
        input: Int32Array.from(input.flat()),
        target: Int32Array.from(target.flat()),
      };
      const masks = Object.fromEntries(await tensors(folder, 'masks.safetensors'));
      const trainer = new Trainer(model, { ...SETTINGS, alpha: config.alpha, beta: config.beta });
      const trace = trainer.trace(batch, { train: isTraining(folder), masks });
      await requireAgreement(folder, (name) => trace.read(name));
      trace.dispose();
      trainer.dispose();
      model.dispose();
    });
  }
});
