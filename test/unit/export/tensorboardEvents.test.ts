// A whole event file of a run made by hand: read back by the tests' own reader, it is what TensorFlow's reader found in it
// (the golden file). Whether it still reads so is a test of test/process.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventFileName } from '../../../src/engine/export/tensorboardEvents.ts';
import { readEvents, type ReadEvent } from './eventReader.ts';
import { eventFile, goldenEvents, mask, raw, record } from './measuredRun.ts';

const valuesAt = (events: readonly ReadEvent[], tag: string) =>
  events.flatMap(({ step, values }) => values.filter((value) => value.tag === tag).map((value) => ({ step, value })));
const points = (events: readonly ReadEvent[], tag: string) =>
  valuesAt(events, tag).map(({ step, value }) => [step, value.scalar]);

test('the file is, value by value, what TensorFlow reads in it', async () => {
  const { file, tally } = await eventFile();
  const events = readEvents(file);
  assert.deepEqual(events, goldenEvents());
  const values = events.flatMap((event) => event.values);
  const tags = (kind: 'scalar' | 'histogram') => new Set(values.filter((one) => kind in one).map(({ tag }) => tag));
  assert.deepEqual(tally, { scalars: tags('scalar'), histograms: tags('histogram') });
});

test('steps, times and names are those of the run; what is not finite stays so; what was not measured has no point', async () => {
  const events = readEvents((await eventFile()).file);
  assert.equal(events[0]?.file_version, 'brain.Event:2');
  assert.equal(eventFileName(record), 'events.out.tfevents.1795341600.dropscope');
  // A quarter of a second a step, from the start of the run on.
  assert.deepEqual(
    events.slice(1).map(({ step, wall_time }) => [step, wall_time - Date.parse(record.started) / 1000]),
    [
      [0, 0],
      [1, 0.25],
      [2, 0.5],
      [2, 0.5],
      [3, 0.75],
      [5, 0.75],
    ],
  );
  assert.deepEqual(points(events, 'loss/train'), [
    [1, 6.5],
    [2, 6.5],
    [3, 'NaN'],
  ]);
  assert.deepEqual(points(events, 'ppl/train').at(-1), [3, 'Infinity']);
  assert.deepEqual(points(events, 'grad_norm/total').at(-1), [3, '-Infinity']);
  assert.deepEqual(points(events, 'step/tokens_per_second')[0], [1, 4480]);
  assert.deepEqual(points(events, 'loss/valid'), [[2, 5.5]]);
  assert.deepEqual(points(events, 'valid/averaged'), [[2, 1]]);
  assert.deepEqual(points(events, `grad_norm/${raw}`), [[1, 0.5]]);
  assert.deepEqual(points(events, 'grad_norm/0.encoder.weight'), []);
  assert.deepEqual(points(events, 'update_ratio/0.encoder.weight'), [[1, 0]]);
  assert.deepEqual(points(events, `kept/${mask}`), [[1, Math.fround(0.48)]]);
  assert.deepEqual(points(events, `kept_expected/${mask}`), [[1, 0.5]]);
  assert.deepEqual(points(events, 'activation_std/0.rnns.0'), [[1, 0.5]]);
  assert.deepEqual(points(events, 'saturated_gates/0.rnns.0.o'), [[1, 'NaN']]);
});

test('values that no bin has are counted in a curve, for those histograms that need one', async () => {
  const events = readEvents((await eventFile()).file);
  assert.deepEqual(points(events, `non_finite_weight/${raw}`), [
    [1, 0],
    [3, 2],
  ]);
  assert.deepEqual(points(events, `non_finite_grad/${raw}`), [
    [3, 4],
    [5, 0],
  ]);
  assert.deepEqual(
    valuesAt(events, `grad/${raw}`).map(({ step }) => step),
    [5],
  );
});

test('a tag is explained once, where it begins; texts hold config, facts and notes', async () => {
  const events = readEvents((await eventFile()).file);
  const [first, ...later] = valuesAt(events, 'loss/train');
  assert.match(first?.value.description ?? '', /cross-entropy \+ AR \+ TAR/);
  assert.equal(first?.value.plugin, 'scalars');
  assert.ok(later.every(({ value }) => value.description === '' && value.plugin === ''));
  const [config] = valuesAt(events, 'config/text_summary');
  assert.equal(config?.value.plugin, 'text');
  assert.deepEqual(JSON.parse(config?.value.text?.[0] ?? ''), record.config);
  const [about] = valuesAt(events, 'about/text_summary');
  const text = about?.value.text?.[0] ?? '';
  assert.match(text, /^\| run \| a\\_run \\\| of hands \|\n\|-\|-\|\n\| status when exported \| interrupted \|/);
  assert.match(text, /\n\nA note\.$/);
  const [tags] = valuesAt(events, 'tags/text_summary');
  const explained = tags?.value.text?.[0] ?? '';
  const curves = new Set(events.flatMap(({ values }) => values.map(({ tag }) => tag)));
  for (const tag of curves) {
    const [group = '', one] = tag.split('/');
    if (one === 'text_summary') continue;
    assert.ok(explained.includes(`| ${group.replaceAll('_', '\\_')}`), tag);
  }
});
