// The Dropout view: what was kept, against a band that comes from independent draws.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dropoutTree, isOutOfBand, keptSigma } from '../../../src/features/dropout/dropoutTree.ts';
import { english } from '../../../src/host/translate.ts';
import { describedRun, trainLine } from './sampleRun.ts';

const site = '0.rnns.0.weight_hh_l0';
const withKept = (kept: number) =>
  describedRun({ latest: trainLine({ sites: { [site]: { p: 0.2, kept, draws: 65_536 } } }) });

describe('dropoutTree', () => {
  it('shows p and the kept share of each site', () => {
    const [node] = dropoutTree(withKept(0.799), english);
    assert.equal(node?.label, 'rnns.0.weight_hh_l0');
    assert.equal(node?.description, 'p 0.20 · kept 79.9 %');
    assert.equal(node?.icon, 'circle-large-outline');
    assert.equal(node?.mask, site);
    assert.match(node?.tooltip ?? '', /Step 201: kept 79\.9 %, expected 80\.0 ± 0\.3/);
    assert.match(node?.tooltip ?? '', /varies along rows \(512\), columns \(128\): 65,536 draws/);
  });

  it('says "not yet" before the first step', () => {
    assert.equal(dropoutTree(describedRun(), english)[0]?.description, 'p 0.20 · kept not yet');
  });

  it('warns outside four standard deviations, and not inside', () => {
    assert.equal(dropoutTree(withKept(0.8 - 3.5 * keptSigma(0.2, 65_536)), english)[0]?.icon, 'circle-large-outline');
    assert.equal(dropoutTree(withKept(0.78), english)[0]?.icon, 'warning');
  });

  it('marks a site that breaks a promise, with the sentence', () => {
    const sentence = 'kept too much';
    const [node] = dropoutTree(withKept(0.8), english, new Map([[site, [sentence]]]));
    assert.equal(node?.icon, 'warning');
    assert.ok(node?.tooltip.endsWith(sentence) && node.spoken.endsWith(sentence));
  });

  it('accepts exactly the ends: p = 0 keeps all, p = 1 keeps none', () => {
    assert.equal(isOutOfBand({ p: 0, kept: 1, draws: 100 }), false);
    assert.equal(isOutOfBand({ p: 1, kept: 0, draws: 100 }), false);
    assert.equal(isOutOfBand({ p: 0, kept: 0.99, draws: 100 }), true);
  });
});
