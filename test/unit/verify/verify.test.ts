/** Every check of verify can fail: each mistake, built in on purpose, is found and named in a sentence. */
import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../src/engine/backends/chooseBackend.ts';
import { withMasks } from '../../../src/engine/dropout/givenMasks.ts';
import { RNNDropout } from '../../../src/engine/dropout/rnnDropout.ts';
import { seed } from '../../../src/engine/random/draws.ts';
import { Examination } from '../../../src/engine/verify/examine.ts';
import { honestCost } from '../../../src/engine/verify/promises/honestCost.ts';
import type { PromiseVerdict } from '../../../src/shared/jobContract.ts';
import { LeakyDropout, learn, type Parts, subjectOf, UnseededDropout } from './brokenModules.ts';

before(() => chooseBackend('cpu'));
beforeEach(() => seed(7));

function examine(parts: Parts, steps = 4): Map<string, PromiseVerdict> {
  const subject = subjectOf(parts);
  const examination = new Examination(subject);
  for (let step = 1; step <= steps; step++) {
    examination.look(step);
    learn(subject);
  }
  return new Map(examination.verdicts().map((verdict) => [verdict.promise, verdict]));
}

/** The sentence of a promise that must be broken, while those listed hold. */
function broken(verdicts: Map<string, PromiseVerdict>, promise: string, holding: readonly string[] = []): string {
  for (const name of holding) assert.ok(verdicts.get(name)!.holds, `${name}: ${verdicts.get(name)!.sentence}`);
  const { holds, sentence } = verdicts.get(promise)!;
  assert.equal(holds, false, sentence);
  return sentence;
}

test('a sound module keeps every promise, with a sentence and a number each', () => {
  const verdicts = [...examine({}).values()];
  assert.equal(verdicts.length, 8);
  for (const { promise, holds, sentence, number } of verdicts) {
    assert.ok(holds, `${promise}: ${sentence}`);
    assert.ok(sentence.length > 10 && Number.isFinite(number), promise);
  }
});

test('the .data bug: the raw weight is cut off from what is computed with', () => {
  const cut: Parts['derive'] = (raw, mask) => tf.mul(tf.tensor(raw.dataSync().slice(), raw.shape), mask ?? 1);
  assert.match(
    broken(examine({ derive: cut }), 'who-learns', ['raw-mask-derived', 'eval-repeats', 'nobody-moved']),
    /no gradient reaches cell\.weight_raw: what is computed with is cut off from it/,
  );
});

test('a weight that has a gradient and no effect', () => {
  const constant = tf.ones([6, 6]);
  const sentence = broken(
    examine({ derive: ({ variable }, mask) => tf.add(tf.mul(constant, mask ?? 1), tf.mul(variable, 0)) }),
    'who-learns',
  );
  assert.match(sentence, /the loss does not depend on cell\.weight_raw/);
});

test('eval leak: dropout that goes on in evaluation is named', () => {
  const sentence = broken(examine({ dropout: new LeakyDropout() }), 'eval-repeats', ['who-learns', 'replayable']);
  assert.match(sentence, /two evaluations of the same tokens differ, first in drop \(mask\/drop\)/);
});

test('eval leak of the weight: derived is not raw in evaluation', () => {
  const verdicts = examine({ weightDropsInEvaluation: true });
  assert.match(broken(verdicts, 'eval-repeats'), /first in cell\.weight/);
  assert.match(
    broken(verdicts, 'raw-mask-derived'),
    /in evaluation cell\.module\.weight is not raw: \d+ of 36 cells differ/,
  );
});

test('wrong axis: a mask locked over the batch instead of time', () => {
  assert.match(
    broken(examine({ dropout: new RNNDropout(0.5, { timeAxis: 0 }) }), 'locked-over', ['keep-rate', 'eval-repeats']),
    /drop is constant along batch; it should be constant along time/,
  );
});

test('locked over nothing: a mask drawn for every element', () => {
  class ElementDropout extends RNNDropout {
    override forward(x: tf.Tensor): tf.Tensor {
      return tf.reshape(super.forward(tf.reshape(x, [4, 1, 30])), [4, 5, 6]);
    }
  }
  assert.match(broken(examine({ dropout: new ElementDropout(0.5) }), 'locked-over'), /cannot be laid over \[4, 5, 6\]/);
});

test('in-place drop: the stored weight is overwritten with the dropped one', () => {
  const inPlace: Parts['derive'] = (raw, mask) => {
    if (mask) tf.tidy(() => raw.assign(tf.mul(raw.variable, mask)));
    return tf.mul(raw.variable, 1);
  };
  assert.match(
    broken(examine({ derive: inPlace }), 'nobody-moved'),
    /cell\.weight_raw changed in a forward or backward pass/,
  );
});

test('stale derived weight: it is made from what raw once was', () => {
  let old: tf.Tensor | null = null;
  const stale: Parts['derive'] = (raw, mask) => {
    old ??= tf.keep(tf.tensor(raw.dataSync().slice(), raw.shape));
    const value = tf.customGrad(() => ({ value: tf.clone(old!), gradFunc: (dy: tf.Tensor) => dy }));
    return tf.mul(value(raw.variable), mask ?? 1);
  };
  assert.match(
    broken(examine({ derive: stale }), 'raw-mask-derived'),
    /in training cell\.module\.weight is not raw x mask: \d+ of 36 cells differ/,
  );
});

test('a p that is not applied: the config says .5, the module drops at .1', () => {
  const sentence = broken(examine({ dropout: new RNNDropout(0.1) }, 8), 'keep-rate', ['locked-over', 'eval-repeats']);
  assert.match(sentence, /drop scales what it keeps by 1\.1111/);
});

test('a keep rate outside its band, counted in independent draws', () => {
  class NeverDrops extends RNNDropout {
    override forward(x: tf.Tensor): tf.Tensor {
      return withMasks({ drop: tf.fill([4, 1, 6], 2) }, () => super.forward(x));
    }
  }
  const sentence = broken(examine({ dropout: new NeverDrops(0.5) }), 'keep-rate');
  assert.match(sentence, /drop keeps 100 % of 96 independent draws; with p = 0\.5 it should be 24\.5 % to 75\.5 %/);
});

test('no mask at all although p is above 0', () => {
  assert.match(
    broken(examine({ dropout: new RNNDropout(0) }), 'keep-rate'),
    /no mask was drawn at drop although p is above 0/,
  );
});

test('a gradient that passes where the mask is zero', () => {
  const straightThrough: Parts['derive'] = ({ variable }, mask) => {
    if (!mask) return tf.mul(variable, 1);
    const value = tf.customGrad((...args) => ({
      value: tf.mul(args[0] as tf.Tensor, mask),
      gradFunc: (dy: tf.Tensor) => dy,
    }));
    return value(variable);
  };
  assert.match(
    broken(examine({ derive: straightThrough }), 'gradient-through-mask', ['raw-mask-derived']),
    /cell\.weight_raw has a gradient in \d+ cells where its mask is zero/,
  );
});

test('a gradient that is masked but not scaled', () => {
  const unscaled: Parts['derive'] = ({ variable }, mask) => {
    if (!mask) return tf.mul(variable, 1);
    const kept = tf.keep(tf.sign(mask));
    const value = tf.customGrad((...args) => ({
      value: tf.mul(args[0] as tf.Tensor, mask),
      gradFunc: (dy: tf.Tensor) => tf.mul(dy, kept),
    }));
    return value(variable);
  };
  // At the derived weight the same module is run with a mask of ones, where the mistake does not show.
  assert.match(
    broken(examine({ derive: unscaled }), 'gradient-through-mask', ['raw-mask-derived']),
    /is not the mask times that of its derived weight/,
  );
});

test('a generator that no seed reaches: a step cannot be repeated', () => {
  assert.match(
    broken(examine({ dropout: new UnseededDropout() }), 'replayable', ['eval-repeats']),
    /step 1 repeated from its seed is another step: it differs first in mask\/drop/,
  );
});

test('a cost that is not what a clock saw is not honest', () => {
  const step = { ms: 120, introspectionMs: 20, wallMs: 120, viewMs: 20 };
  const honest = honestCost([step, step]);
  assert.ok(honest.holds);
  assert.match(honest.sentence, /looking took 40\.0 ms of 240\.0 ms in 2 steps with a view open, 16\.7 %/);
  assert.match(honestCost([{ ...step, introspectionMs: 0 }]).sentence, /a clock beside it saw 20\.0 ms/);
  assert.match(honestCost([{ ...step, introspectionMs: 300 }]).sentence, /which cannot be/);
  assert.match(honestCost([{ ...step, ms: 40 }]).sentence, /a clock beside them saw 120\.0 ms/);
  // Once the machine was busy elsewhere, between one clock and the other.
  assert.ok(honestCost([step, { ...step, wallMs: 500 }, step]).holds);
  assert.equal(honestCost([{ ...step, introspectionMs: NaN }]).holds, false);
});
