/** The shapes that a config promises are those its model has, and a file of them tells the sizes again. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../src/engine/backends/chooseBackend.ts';
import { fromDropscope } from '../../../src/engine/checkpoints/keyStyles.ts';
import { modelOfWeights } from '../../../src/engine/checkpoints/modelOfWeights.ts';
import { requireFit } from '../../../src/engine/checkpoints/importWeights.ts';
import { getLanguageModel } from '../../../src/engine/models/languageModel.ts';
import { parameterShapes } from '../../../src/engine/models/parameterShapes.ts';
import { keyStyles } from '../../../src/shared/jobContract.ts';

before(() => chooseBackend('cpu'));

const even = fc.integer({ min: 1, max: 4 }).map((half) => 2 * half);
const sizes = fc
  .record({
    vocab_sz: fc.integer({ min: 2, max: 9 }),
    emb_sz: even,
    n_hid: even,
    n_layers: fc.integer({ min: 1, max: 4 }),
    bidir: fc.boolean(),
    tie_weights: fc.boolean(),
    out_bias: fc.boolean(),
    reverseToo: fc.boolean(),
  })
  .map(({ reverseToo, ...rest }) => ({
    ...rest,
    // A single layer has no hidden width of its own: it is what the embedding is.
    n_hid: rest.n_layers === 1 ? rest.emb_sz : rest.n_hid,
    weight_drop: {
      names: ['weight_hh_l0', ...(reverseToo && rest.bidir ? ['weight_hh_l0_reverse'] : [])],
      granularity: 'element' as const,
      mode: 'training' as const,
    },
  }));

test('the shapes of a config are those of its model, by name and in order', () => {
  fc.assert(
    fc.property(sizes, (config) => {
      const model = getLanguageModel(config);
      const built = Array.from(model.namedParameters(), ([name, { shape }]) => [name, shape] as const);
      model.dispose();
      assert.deepEqual(new Map(parameterShapes(config)), new Map(built));
    }),
    { numRuns: 40, seed: 3 },
  );
  assert.equal(tf.memory().numTensors, 0);
});

test('in every key style a file tells the sizes of its model, and fits it', () => {
  fc.assert(
    fc.property(sizes, fc.constantFrom(...keyStyles), (config, style) => {
      const tensors = Array.from(parameterShapes(config), ([name, shape], at) => ({
        name,
        shape,
        data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(at),
      }));
      const file = fromDropscope(tensors, style);
      const found = modelOfWeights('f', file);
      // A style that writes the decoder out, tied or not, leaves telling the two apart to the values.
      assert.deepEqual({ ...found, tie_weights: config.tie_weights }, config);
      if (style === 'dropscope') assert.equal(found.tie_weights, config.tie_weights);
      requireFit('f', file, parameterShapes(config));
      requireFit('f', file, parameterShapes(found));
    }),
    { numRuns: 200, seed: 4 },
  );
});
