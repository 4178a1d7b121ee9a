// What is redrawn when a tree changes: the nodes that look different, and nothing else.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changedNodes, nodeFor, nodesById, parentsById, type TreeNode } from '../../../src/host/treeNode.ts';

function node(id: string, description: string, children: readonly TreeNode[] = []): TreeNode {
  return { id, label: id, description, icon: 'pass', tooltip: '', spoken: id, children };
}

const tree = (leaf: string, layer = '') => [
  node('layer', layer, [node('raw', leaf, [node('mask', '')]), node('bias', '')]),
];

describe('changedNodes', () => {
  it('is empty when nothing looks different', () => assert.deepEqual(changedNodes(tree('1'), tree('1')), []));

  it('names only the changed leaf', () => assert.deepEqual(changedNodes(tree('1'), tree('2')), ['raw']));

  it('names a parent once, and nothing below it', () =>
    assert.deepEqual(changedNodes(tree('1', 'a'), tree('2', 'b')), ['layer']));

  it('redraws the parent of a node that came or went', () => {
    const without = [node('layer', '', [node('raw', '1', [node('mask', '')])])];
    assert.deepEqual(changedNodes(tree('1'), without), ['layer']);
  });

  it('redraws everything when the top level is another one', () => {
    assert.equal(changedNodes(tree('1'), []), 'all');
    assert.equal(changedNodes([], tree('1')), 'all');
  });

  it('finds every node by its id', () =>
    assert.deepEqual([...nodesById(tree('1')).keys()], ['layer', 'raw', 'mask', 'bias']));
});

describe('nodeFor', () => {
  const roots = [
    {
      ...node('r/layer', '', [
        { ...node('r/raw', ''), mask: 'm' },
        { ...node('r/derived', ''), mask: 'm' },
      ]),
    },
  ];

  it('finds a thing by its own name before one that stands for a mask', () => {
    assert.equal(nodeFor(roots, 'derived')?.id, 'r/derived');
    assert.equal(nodeFor(roots, 'm')?.id, 'r/raw');
    assert.equal(nodeFor(roots, 'layer')?.id, 'r/layer');
    assert.equal(nodeFor(roots, 'other'), undefined);
  });

  it('knows every parent', () => {
    assert.deepEqual(
      [...parentsById(roots)],
      [
        ['r/raw', 'r/layer'],
        ['r/derived', 'r/layer'],
      ],
    );
  });
});
