import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors } from '../../src/engine/checkpoints/safetensors.ts';
import { getLanguageModel, type LanguageModelConfig } from '../../src/engine/models/languageModel.ts';
import { Trainer } from '../../src/engine/training/trainer.ts';
import { onEachBackend } from '../unit/engine/onEachBackend.ts';
import { SETTINGS } from '../unit/engine/smallModel.ts';

/** Cases made from PyTorch autograd in float64 by make.sh beside them. */
const CASES = join(import.meta.dirname, '../fixtures/oracle');
const TOLERANCE = 1e-5;

type Json<T> = (file: string) => T;
const reader = (folder: string): (<T>(file: string) => T) => {
  const read: Json<unknown> = (file) => JSON.parse(readFileSync(join(CASES, folder, file), 'utf8'));
  return <T>(file: string) => read(file) as T;
};

async function tensors(folder: string, file: string): Promise<Map<string, tf.Tensor>> {
  const { tensors } = await readSafetensors(join(CASES, folder, file));
  return new Map(tensors.map(({ name, shape, data }) => [name, tf.tensor(data, [...shape])]));
}

onEachBackend('golden: every tensor of a step as PyTorch has it', () => {
  const folders = readdirSync(CASES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name: folder } of folders) {
    test(folder, async () => {
      const json = reader(folder);
      const config = json<LanguageModelConfig & { alpha: number; beta: number }>('config.json');
      const { input, target } = json<Record<'input' | 'target', number[][]>>('tokens.json');
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
      const trace = trainer.trace(batch, { train: json<{ train: boolean }>('case.json').train, masks });
      for (const [name, wanted] of await tensors(folder, 'trace.safetensors')) {
        const actual = trace.read(name);
        assert.ok(actual, `${name} is missing`);
        assert.deepEqual(actual.shape, wanted.shape, name);
        wanted.dataSync<'float32'>().forEach((value, at) => {
          assert.ok(
            Math.abs(actual.data[at]! - value) <= TOLERANCE,
            `${name}[${at}] is ${actual.data[at]}, PyTorch has ${value}`,
          );
        });
      }
      trace.dispose();
      trainer.dispose();
      model.dispose();
    });
  }
});
