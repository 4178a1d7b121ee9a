// An export is there whole, or not at all; what is in a folder already is never touched.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { requireEmpty, writeExport } from '../../../src/engine/export/exportFolder.ts';

let scratch = '';
beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'dropscope-export-'));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));
const at = (name: string) => path.join(scratch, name);

/** While it is written nothing in the folder may look like an event file. */
async function* watched(folder: string, names: string[][]): AsyncGenerator<string> {
  for (const piece of ['one ', 'two']) {
    names.push(readdirSync(folder));
    yield await Promise.resolve(piece);
  }
}

test('files are made whole in a new folder, under other names until then', async () => {
  const names: string[][] = [];
  const files = [
    { name: 'a.tfevents', pieces: watched(at('new/deep'), names) },
    { name: 'b.csv', pieces: ['b'] },
  ];
  const paths = [at('new/deep/a.tfevents'), at('new/deep/b.csv')];
  assert.deepEqual(await writeExport(at('new/deep'), files), { files: paths, bytes: 8 });
  assert.deepEqual(names, [['0.tmp'], ['0.tmp']]);
  assert.equal(readFileSync(at('new/deep/a.tfevents'), 'utf8'), 'one two');
  assert.deepEqual(readdirSync(at('new/deep')), ['a.tfevents', 'b.csv']);
});

test('when one cannot be finished none is there, nor a folder that was made for them', async () => {
  const files = () => [
    { name: 'a', pieces: ['a'] },
    { name: 'b', pieces: failing('the run cannot be read') },
  ];
  await assert.rejects(writeExport(at('new'), files()), /the run cannot be read/);
  assert.deepEqual(readdirSync(scratch), []);
  mkdirSync(at('mine'));
  await assert.rejects(writeExport(at('mine'), files()), /the run cannot be read/);
  assert.deepEqual(readdirSync(at('mine')), []);
});

test('a folder that holds anything, or is none, is refused', async () => {
  mkdirSync(at('full'));
  writeFileSync(at('full/file'), 'mine');
  await assert.rejects(writeExport(at('full'), [{ name: 'file', pieces: ['other'] }]), /full: the folder is not empty/);
  assert.equal(readFileSync(at('full/file'), 'utf8'), 'mine');
  await assert.rejects(requireEmpty(at('full/file')), /a file is in the way \(name a new folder\)/);
  assert.equal(await requireEmpty(at('none')), false);
});

async function* failing(message: string): AsyncGenerator<string> {
  yield await Promise.resolve('begun');
  throw new Error(message);
}
