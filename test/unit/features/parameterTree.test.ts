// The Parameters view: raw, mask and derived belong together, and a leaf without a gradient is told apart.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { leavesWithoutGradient, parameterTree } from '../../../src/features/parameters/parameterTree.ts';
import { english } from '../../../src/host/translate.ts';
import { nodesById } from '../../../src/host/treeNode.ts';
import { describedRun, trainLine } from './sampleRun.ts';

const raw = '0.rnns.0.weight_hh_l0_raw';
const bias = '0.rnns.0.module.bias_hh_l0';
const sites = { '0.rnns.0.weight_hh_l0': { p: 0.2, kept: 0.799, draws: 65_536 } };
const learning = { [raw]: { w: 11.2, g: 0.066, u: 0.014 }, [bias]: { w: 1, g: 0, u: 0 } };

function nodes(run: ReturnType<typeof describedRun>) {
  return nodesById(parameterTree(run, english));
}

describe('parameterTree', () => {
  it('shows each raw parameter with its mask and its derived weight beneath it', () => {
    const run = describedRun({ latest: trainLine({ params: learning, sites }) });
    const leaf = nodes(run).get(`r1/${raw}`);
    assert.equal(leaf?.label, 'weight_hh_l0_raw');
    assert.equal(leaf?.description, '512 × 128 · grad 0.066');
    assert.equal(leaf?.icon, 'pass');
    assert.deepEqual(
      leaf?.children.map(({ label, description, icon }) => [label, description, icon]),
      [
        ['mask', 'p 0.20 · kept 79.9 %', 'circle-large-outline'],
        ['weight_hh_l0', '= raw × mask, 20.1 % holes', 'symbol-variable'],
      ],
    );
    assert.match(leaf?.tooltip ?? '', /Step 201: norm 11\.2, gradient norm 0\.066 before clipping/);
  });

  it('says that nothing was recorded yet, rather than showing a number', () => {
    const leaf = nodes(describedRun()).get(`r1/${raw}`);
    assert.equal(leaf?.description, '512 × 128');
    assert.equal(leaf?.icon, 'circle-outline');
    assert.match(leaf?.tooltip ?? '', /No step has been recorded yet/);
  });

  it('tells a leaf that is cut off from one whose gradient is zero', () => {
    const params = { ...learning, [raw]: { w: 11.2, g: null, u: 0 } };
    const run = describedRun({ latest: trainLine({ params, sites }) });
    const tree = nodes(run);
    assert.equal(tree.get(`r1/${raw}`)?.icon, 'warning');
    assert.match(tree.get(`r1/${raw}`)?.tooltip ?? '', /cut off before `weight_hh_l0`/);
    assert.equal(tree.get(`r1/${bias}`)?.icon, 'pass');
    assert.equal(tree.get(`r1/${bias}`)?.description, '512 · grad 0');
    assert.deepEqual(leavesWithoutGradient(run), [raw]);
  });

  it('marks a gradient that is not finite', () => {
    const params = { ...learning, [raw]: { w: NaN, g: NaN, u: NaN } };
    const leaf = nodes(describedRun({ latest: trainLine({ params }) })).get(`r1/${raw}`);
    assert.equal(leaf?.icon, 'error');
    assert.equal(leaf?.description, '512 × 128 · grad NaN');
  });

  it('marks what breaks a promise, once, and takes the mark away when it holds again', () => {
    const run = describedRun({ latest: trainLine({ params: learning, sites }) });
    const mask = '0.rnns.0.weight_hh_l0';
    const broken = new Map([
      [bias, ['it moved']],
      [mask, ['gradient is not 0']],
    ]);
    const tree = nodesById(parameterTree(run, english, broken));
    const marked = [...tree.values()].filter(({ icon }) => icon === 'warning').map(({ id }) => id);
    assert.deepEqual(marked, [`r1/mask/${mask}`, `r1/${bias}`]);
    assert.match(tree.get(`r1/${bias}`)?.tooltip ?? '', /it moved$/);
    assert.match(tree.get(`r1/${bias}`)?.spoken ?? '', /it moved$/);
    assert.deepEqual(parameterTree(run, english, new Map()), parameterTree(run, english));
  });

  it('shows a tie as a link and gives it no numbers of its own', () => {
    const tie = nodes(describedRun()).get('r1/1.decoder.weight');
    assert.equal(tie?.description, 'tied to encoder.weight');
    assert.equal(tie?.icon, 'link');
  });

  it('is empty before the run is described', () => {
    assert.deepEqual(parameterTree(undefined, english), []);
    assert.deepEqual(parameterTree(describedRun({ description: null }), english), []);
  });
});
