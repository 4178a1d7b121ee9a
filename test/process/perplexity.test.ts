import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { scratch } from '../support/scratch.ts';
import { brown, engine, request } from './engineHarness.ts';

/** Twelve newspaper reports of the Brown corpus, as the sample workspace has them. */
const files = Array.from({ length: 12 }, (_, index) => brown(`ca${String(index + 1).padStart(2, '0')}`));

test('a word model on the sample predicts far better than word frequencies do', async (t) => {
  const folder = await scratch(t);
  const { supervisor, until } = engine(t);
  // Small and lightly regularised: it has about a minute, not an evening.
  const config = { emb_sz: 48, n_hid: 64, n_layers: 1, bs: 16, bptt: 35, lr: 1e-2, drop_mult: 0.3, epochs: 5 };
  const start = { ...request(path.join(folder, 'run'), '', { config }), corpus: files };
  const run = await supervisor.request('start', start);
  const { status, message } = await until((update) => update.status === 'done' || update.status === 'failed');
  assert.equal(status, 'done', message);
  const { latestEval } = await supervisor.request('history', { folder: run.folder, maxPoints: 10 });
  const model = latestEval!.ppl;
  const sizes = `${run.vocabSize} words, ${run.trainTokens} training and ${run.validTokens} validation tokens, ${run.plannedSteps} steps on ${run.backend.name}`;
  t.diagnostic(
    `validation perplexity: model ${model.toFixed(1)}, unigram ${run.unigramPerplexity.toFixed(1)} (${sizes})`,
  );
  assert.ok(model < 0.7 * run.unigramPerplexity, `${model} against ${run.unigramPerplexity}`);
});
