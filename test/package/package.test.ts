// What travels in the VSIX, file by file and in bytes, and that it trains in a real VS Code with nothing beside it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { packExtension } from '../../tools/package.ts';
import { out } from '../../tools/paths.ts';
import { runAtStep } from '../../tools/runFolder.ts';
import { freshSample } from '../../tools/sampleWorkspace.ts';
import { trainSample } from '../../tools/trainSample.ts';
import { openWorkbench } from '../../tools/workbench.ts';
import { listZip } from '../support/zipListing.ts';

let vsix = '';

before(async () => {
  vsix = await packExtension();
});

test('the VSIX holds exactly the files of the golden list', () => {
  const golden = readFileSync(path.join(import.meta.dirname, 'contents.txt'), 'utf8')
    .trim()
    .split('\n');
  const found = listZip(vsix).map(({ name }) => name);
  assert.deepEqual(found.sort(), golden.sort());
});

test('no source map, no TypeScript and no node_modules travel', () => {
  const unwanted = listZip(vsix).filter(({ name }) => /\.map$|\.ts$|node_modules/.test(name));
  assert.deepEqual(unwanted, []);
});

test('the installed VSIX trains the sample', async () => {
  const folder = path.join(out, 'package');
  const workspace = path.join(folder, 'workspace');
  await freshSample(workspace);
  const workbench = await openWorkbench({ folder: path.join(folder, 'server'), workspace, install: vsix });
  try {
    await trainSample(workbench);
    await runAtStep(workspace, 10, 300_000);
    assert.deepEqual(workbench.problems, []);
  } catch (error) {
    await workbench.screenshot(path.join(folder, 'failure.png'));
    throw error;
  } finally {
    await workbench.close();
  }
});
