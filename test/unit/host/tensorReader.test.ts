import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Tensor, type TensorQuery, TensorReader } from '../../../src/host/tensorReader.ts';

/** An engine that has done one more step whenever it is asked, and keeps them all. */
function movingEngine(): { ask: (query: TensorQuery) => Promise<Tensor>; asked: TensorQuery[] } {
  let newest = 0;
  const asked: TensorQuery[] = [];
  const ask = async (query: TensorQuery): Promise<Tensor> => {
    asked.push(query);
    newest++;
    await delay(1);
    if (query.name === 'nope') throw new Error('no such tensor');
    return { step: query.step ?? newest, shape: [], data: Float32Array.of(0) };
  };
  return { ask, asked };
}

const names = ['0.encoder.weight', 'mask/0.encoder_dp', 'derived/w', 'grad/w'];

test('tensors asked for together, or one right after the other, are of one step while a run trains', async () => {
  const reader = new TensorReader(movingEngine().ask, () => 0);
  const together = await Promise.all(names.map((name) => reader.read({ run: 'a', name }, true)));
  assert.deepEqual(
    together.map(({ step }) => step),
    [1, 1, 1, 1],
  );
  for (const name of names) assert.equal((await reader.read({ run: 'a', name }, true)).step, 1);
});

test('a later question gets the newest step, and so does one about a run that stands still', async () => {
  let now = 0;
  const reader = new TensorReader(movingEngine().ask, () => now);
  const [name = ''] = names;
  assert.equal((await reader.read({ run: 'a', name }, true)).step, 1);
  assert.equal((await reader.read({ run: 'a', name }, false)).step, 2, 'paused: what is newest does not change');
  assert.equal((await reader.read({ run: 'b', name }, true)).step, 3, 'another run');
  now = 99;
  assert.equal((await reader.read({ run: 'b', name }, true)).step, 3, 'right after it');
  now = 99 + 100;
  assert.equal((await reader.read({ run: 'b', name }, true)).step, 5);
});

test('a name that does not exist rejects for itself alone', async () => {
  const { ask, asked } = movingEngine();
  const reader = new TensorReader(ask);
  const [wrong, right] = await Promise.allSettled([
    reader.read({ run: 'a', name: 'nope' }, true),
    reader.read({ run: 'a', name: 'grad/w' }, true),
  ]);
  assert.equal(wrong.status, 'rejected');
  assert.equal(right.status, 'fulfilled');
  assert.deepEqual(asked.at(-1), { run: 'a', name: 'grad/w' });
});
