/** What a run's folder says of it, also one that an earlier version wrote. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { corpusHash } from '../../../src/engine/session/runCorpus.ts';
import { readDescription, writeDescription } from '../../../src/engine/session/runDescription.ts';
import { scratch } from '../../support/scratch.ts';
import { sampleDescription } from '../features/sampleRun.ts';

const texts = [{ sha256: 'aa' }, { sha256: 'bb' }];

test('a hash of texts depends on what they say, not on their order', () => {
  assert.equal(corpusHash(texts), corpusHash(texts.toReversed()));
  for (const others of [[], [{ sha256: 'aa' }], [...texts, { sha256: 'bb' }]])
    assert.notEqual(corpusHash(others), corpusHash(texts));
});

test('a description is read as it was written; without a hash of its texts it is given that of the record', async (t) => {
  const folder = await scratch(t);
  const description = { ...sampleDescription(), folder, id: path.basename(folder) };
  await writeDescription(description);
  assert.deepEqual(await readDescription(folder), description);

  await writeFile(path.join(folder, 'description.json'), JSON.stringify({ ...description, corpusHash: undefined }));
  await assert.rejects(readDescription(folder), /run\.json: this is not a run folder/);
  const record = { version: 1, config: {}, status: 'done', pid: 1, corpus: texts };
  await writeFile(path.join(folder, 'run.json'), JSON.stringify(record));
  assert.deepEqual(await readDescription(folder), { ...description, corpusHash: corpusHash(texts) });
});
