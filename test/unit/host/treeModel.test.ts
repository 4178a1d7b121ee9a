// What a tree view is told while the tree under it becomes another one: never a row left empty for good.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TreeModel } from '../../../src/host/treeModel.ts';
import type { TreeNode } from '../../../src/host/treeNode.ts';

const node = (id: string, description = '', children: readonly TreeNode[] = []): TreeNode => ({
  ...{ id, label: id, description, icon: 'layers', tooltip: '', spoken: id, children },
});
const run = (name: string, description = '') => [
  node(`${name}/encoder`, '', [node(`${name}/encoder.weight`, description)]),
];

test('the first tree is told whole, then only what looks different', () => {
  let missed = 0;
  const model = new TreeModel(() => missed++);
  assert.equal(model.become(run('a')), 'all');
  assert.deepEqual(model.become(run('a')), []);
  assert.deepEqual(model.become(run('a', 'grad 0.1')), ['a/encoder.weight']);
  assert.deepEqual(model.children(), ['a/encoder']);
  assert.deepEqual(model.children('a/encoder'), ['a/encoder.weight']);
  assert.equal(model.parent('a/encoder.weight'), 'a/encoder');
  assert.equal(model.parent('a/encoder'), undefined);
  assert.equal(missed, 0);
});

test('a view that asked for nodes while they were gone is told of the whole tree, though it is the same again', () => {
  let missed = 0;
  const model = new TreeModel(() => missed++);
  model.become(run('a'));
  const [leaf] = model.children('a/encoder');
  // The view asks from the top while nothing is known of the run, then for the leaf it was told of before.
  model.askedFor([]);
  assert.equal(model.node(leaf!), undefined);
  assert.equal(missed, 1);
  model.askedFor(run('a'));
  assert.equal(model.become(run('a')), 'all');
  assert.deepEqual(model.become(run('a')), []);
});

test('children of a node that has gone are none, and the view is told of the whole tree', () => {
  let missed = 0;
  const model = new TreeModel(() => missed++);
  model.become(run('a'));
  model.become(run('b'));
  assert.deepEqual(model.children('a/encoder'), []);
  assert.equal(missed, 1);
  assert.equal(model.become(run('b')), 'all');
});
