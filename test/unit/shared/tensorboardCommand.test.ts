// The command that is shown can be pasted into a terminal, whatever the folder is called.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tensorboardCommand } from '../../../src/shared/tensorboardCommand.ts';

test('folders are quoted where the shell needs it', () => {
  assert.equal(tensorboardCommand('/tmp/runs', 10, 'posix'), 'tensorboard --logdir /tmp/runs');
  assert.equal(tensorboardCommand("/tmp/my run's", 10, 'posix'), `tensorboard --logdir '/tmp/my run'\\''s'`);
  assert.equal(tensorboardCommand('C:\\runs', 10, 'windows'), 'tensorboard --logdir C:\\runs');
  assert.equal(tensorboardCommand('C:\\my runs', 10, 'windows'), 'tensorboard --logdir "C:\\my runs"');
});

test('of long runs every point is asked for', () => {
  assert.equal(tensorboardCommand('a', 1000, 'posix'), 'tensorboard --logdir a');
  assert.equal(tensorboardCommand('a', 1001, 'posix'), 'tensorboard --logdir a --samples_per_plugin scalars=0');
});
