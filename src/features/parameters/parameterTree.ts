/**
 * The Parameters view as data: the module tree; each raw parameter (a leaf, what is learned) with its mask and the
 * derived weight (what the layer uses) beneath it. Pure.
 */
import { NONE_BROKEN, sentencesAbout, type BrokenPromises } from '../../host/brokenPromises.ts';
import { count, figures, percent, shapeText } from '../../host/numberFormat.ts';
import type { RunState } from '../../host/runState.ts';
import type { Translate } from '../../host/translate.ts';
import type { TreeNode } from '../../host/treeNode.ts';
import type { DerivedNode, ParameterLeaf, ParameterNode } from '../../shared/parameterNode.ts';

type Module = Extract<ParameterNode, { kind: 'module' }>;
type Tie = Extract<ParameterNode, { kind: 'tie' }>;

export function parameterTree(
  run: RunState | undefined,
  t: Translate,
  broken: BrokenPromises = NONE_BROKEN,
): TreeNode[] {
  if (!run?.description) return [];
  return run.description.tree.map((node) => marked(nodeOf(node, run, t), run, broken));
}

/** A node whose thing breaks a promise says which; one that holds such a thing keeps its own look. */
function marked(node: TreeNode, run: RunState, broken: BrokenPromises): TreeNode {
  const children = node.children.map((child) => marked(child, run, broken));
  // A weight's mask is named by it: the mask's own node, not each node that leads to it.
  const name = node.context === 'mask' ? node.mask : node.id.slice(run.id.length + 1);
  const sentences = sentencesAbout(broken, [name]);
  if (sentences.length === 0) return { ...node, children };
  return {
    ...node,
    ...CUT,
    tooltip: [node.tooltip, ...sentences.filter((sentence) => !node.tooltip.includes(sentence))].join('\n\n'),
    spoken: [node.spoken, ...sentences].join(', '),
    children,
  };
}

/** Leaves that got no gradient at the newest recorded step. */
export function leavesWithoutGradient(run: RunState | undefined): string[] {
  return Object.entries(run?.latest?.params ?? {})
    .filter(([, stats]) => stats.g === null)
    .map(([name]) => name);
}

function nodeOf(node: ParameterNode, run: RunState, t: Translate): TreeNode {
  switch (node.kind) {
    case 'module':
      return moduleNode(node, run, t);
    case 'parameter':
      return leafNode(node, run, t);
    case 'tie':
      return tieNode(node, run, t);
  }
}

function moduleNode(node: Module, run: RunState, t: Translate): TreeNode {
  const description = t('{0} weights', count(node.weights));
  const cells = node.children.map((child) =>
    child.kind === 'parameter' ? `\`${child.label}\` ${shapeText(child.shape)}` : `\`${child.label}\``,
  );
  return {
    id: idOf(run, node.name),
    label: node.label,
    description,
    icon: 'layers',
    tooltip: [`**${node.name}** ${node.type}`, ...cells].join('\n\n'),
    context: 'module',
    spoken: `${node.label}, ${node.type}, ${description}`,
    children: node.children.map((child) => nodeOf(child, run, t)),
  };
}

function leafNode(node: ParameterLeaf, run: RunState, t: Translate): TreeNode {
  const stats = run.latest?.params?.[node.name];
  const state = stats === undefined ? NOT_YET : stats.g === null ? CUT : Number.isFinite(stats.g) ? LEARNS : BROKEN;
  const gradient = stats === undefined ? [] : [stats.g === null ? t('no gradient') : t('grad {0}', figures(stats.g))];
  const description = [shapeText(node.shape), ...gradient].join(' · ');
  const { derived } = node;
  return {
    id: idOf(run, node.name),
    label: node.label,
    description,
    ...state,
    tooltip: leafTooltip(node, run, t),
    context: derived ? 'raw' : 'leaf',
    spoken: `${node.label}, ${derived ? t('raw parameter') : t('parameter')}, ${description}`,
    children: derived ? [maskNode(derived, run, t), derivedNode(node, derived, run, t)] : [],
    ...(derived ? { mask: derived.mask } : {}),
  };
}

const NOT_YET = { icon: 'circle-outline' } as const;
const LEARNS = { icon: 'pass', iconColor: 'charts.green' } as const;
const CUT = { icon: 'warning', iconColor: 'charts.yellow' } as const;
const BROKEN = { icon: 'error', iconColor: 'charts.red' } as const;

function leafTooltip(node: ParameterLeaf, run: RunState, t: Translate): string {
  const stats = run.latest?.params?.[node.name];
  const rows = [`**${node.name}** ${shapeText(node.shape)}`];
  if (node.derived) {
    rows.push(
      t(
        'The **raw** weight: a leaf of the graph, what the optimiser learns. The layer never uses it as it is: at every training step `{0}` is made from it as raw × mask. In eval mode `{0}` equals it.',
        node.derived.label,
      ),
    );
  }
  if (stats === undefined) rows.push(t('No step has been recorded yet.'));
  else if (stats.g === null) {
    rows.push(
      node.derived
        ? t('`{0}` gets no gradient: it is cut off before `{1}`.', node.label, node.derived.label)
        : t('`{0}` gets no gradient.', node.label),
    );
  } else {
    rows.push(
      t(
        'Step {0}: norm {1}, gradient norm {2} before clipping, update : weight {3}.',
        count(run.latest?.step ?? 0),
        figures(stats.w),
        figures(stats.g),
        figures(stats.u),
      ),
    );
  }
  return rows.join('\n\n');
}

function maskNode(derived: DerivedNode, run: RunState, t: Translate): TreeNode {
  const site = run.description?.sites.find(({ name }) => name === derived.mask);
  const kept = run.latest?.sites?.[derived.mask]?.kept;
  const shape = site?.shape ?? derived.shape;
  const description = [
    ...(site ? [`p ${site.p.toFixed(2)}`] : []),
    kept === undefined ? t('kept not yet') : t('kept {0}', percent(kept)),
  ].join(' · ');
  return {
    id: idOf(run, `mask/${derived.mask}`),
    label: t('mask'),
    description,
    icon: 'circle-large-outline',
    tooltip: [
      `**mask/${derived.mask}** ${shapeText(shape)}`,
      t(
        'Drawn anew for every training step: 0 where a weight is dropped, 1/(1 − p) where it is kept. The same at all time steps of a sequence.',
      ),
    ].join('\n\n'),
    context: 'mask',
    spoken: `${t('mask')}, ${description}`,
    children: [],
    mask: derived.mask,
  };
}

function derivedNode(leaf: ParameterLeaf, derived: DerivedNode, run: RunState, t: Translate): TreeNode {
  const kept = run.latest?.sites?.[derived.mask]?.kept;
  const description = kept === undefined ? t('= raw × mask') : t('= raw × mask, {0} holes', percent(1 - kept));
  return {
    id: idOf(run, `derived/${derived.name}`),
    label: derived.label,
    description,
    icon: 'symbol-variable',
    tooltip: [
      `**${derived.name}** ${shapeText(derived.shape)}`,
      t(
        'The **derived** weight, what the LSTM uses. Made from `{0}` at every step; not counted as a parameter.',
        leaf.label,
      ),
    ].join('\n\n'),
    context: 'derived',
    spoken: `${derived.label}, ${t('derived weight')}, ${description}`,
    children: [],
    mask: derived.mask,
  };
}

function tieNode(node: Tie, run: RunState, t: Translate): TreeNode {
  const description = t('tied to {0}', node.tiedTo);
  return {
    id: idOf(run, node.name),
    label: node.label,
    description,
    icon: 'link',
    tooltip: [`**${node.name}**`, t('Shares storage with `{0}`: counted once.', node.tiedTo)].join('\n\n'),
    context: 'tie',
    spoken: `${node.label}, ${description}`,
    children: [],
  };
}

/** Run ids hold no slash, so the run can be read off the front. */
function idOf(run: RunState, name: string): string {
  return `${run.id}/${name}`;
}
