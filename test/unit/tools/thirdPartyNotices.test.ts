import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packagesOf, thirdPartyNotices } from '../../../tools/thirdPartyNotices.ts';

test('packages are told from the files of a bundle, scoped and nested ones too', () => {
  const inputs = [
    'src/extension.ts',
    'node_modules/chart.js/dist/chart.js',
    'node_modules/chart.js/dist/helpers.js',
    'node_modules/@lezer/lr/dist/index.js',
    'node_modules/fdir/node_modules/picomatch/index.js',
  ];
  assert.deepEqual(packagesOf(inputs), ['@lezer/lr', 'chart.js', 'fdir/node_modules/picomatch']);
});

test('each package is named with its version, its holders and the text of its licence', () => {
  const text = thirdPartyNotices(['@tensorflow/tfjs-core', 'chart.js']);
  assert.match(text, /^chart\.js \d+\.\d+\.\d+ \(MIT\)$/m);
  assert.match(text, /Chart\.js Contributors/);
  assert.match(text, /^@tensorflow\/tfjs-core \d+\.\d+\.\d+ \(Apache-2\.0\)$/m);
  assert.match(text, /Apache License/);
});

test('a package that brings no text of its licence gets the common one with its author', () => {
  const text = thirdPartyNotices(['tr46']);
  assert.match(text, /Copyright \(c\) Sebastian Mayr/);
  assert.match(text, /Permission is hereby granted/);
});
