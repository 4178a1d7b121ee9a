import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeFolder } from '../../../src/features/exportTensorBoard/freeFolder.ts';

test('an export gets a folder of its own beside the others', () => {
  assert.equal(freeFolder('run', ['other', 'run-2']), 'run');
  assert.equal(freeFolder('run', ['run']), 'run-2');
  assert.equal(freeFolder('run', ['run-2', 'run', 'run-3']), 'run-4');
});
