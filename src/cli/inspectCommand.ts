/** `dropscope inspect`: what a file of weights holds and what it tells, in words or as JSON. */
import path from 'node:path';
import type { CheckpointNode, CheckpointTensor, CheckpointView } from '../shared/checkpointContract.ts';
import { readArguments } from './arguments.ts';
import { askEngine } from './engineJob.ts';
import { unusable } from './failure.ts';
import { jsonText } from './jsonText.ts';

export const inspectHelp = `dropscope inspect: the parameter tree of a checkpoint, and what can be told of mask, p and mode

Usage: dropscope inspect CHECKPOINT [--json]

  CHECKPOINT     a .safetensors file, a file of torch.save (.pt, .pth), or a run folder: its latest
  --json         one JSON document on stdout
`;

/** Exit status 1 when the file holds damage: numbers that are not finite, or a mask where a weight should be. */
export async function inspectCommand(args: readonly string[]): Promise<number> {
  const given = readArguments('inspect', args, { json: 'boolean' });
  const [checkpoint, extra] = given.positionals;
  if (checkpoint === undefined) throw unusable('inspect: no checkpoint (name a file of weights or a run folder)');
  if (extra !== undefined) throw unusable(`${extra}: inspect takes one checkpoint (inspect them one after another)`);
  const view = await askEngine('checkpoint', { checkpoint: path.resolve(checkpoint) });
  process.stdout.write(given.has('json') ? jsonText(view) : viewText(view));
  return view.findings.some(({ kind }) => kind === 'damage') ? 1 : 0;
}

/** The sentences, then the tree with a line a tensor. */
function viewText({ file, format, styleName, cells, distinctCells, tensors, root, findings }: CheckpointView): string {
  const once = cells === distinctCells ? '' : `, ${whole(distinctCells)} of them once`;
  const head = `${file}: ${format}, ${tensors.length} ${tensors.length === 1 ? 'tensor' : 'tensors'}, ${whole(cells)} numbers${once}; ${styleName}`;
  const said = findings.map(({ kind, sentence }) => (kind === 'fact' ? sentence : `${kind}: ${sentence}`));
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const lines = root.children.flatMap((node) => treeLines(node, byName, ''));
  return `${[head, '', ...said, '', ...lines].join('\n')}\n`;
}

function treeLines(node: CheckpointNode, byName: ReadonlyMap<string, CheckpointTensor>, indent: string): string[] {
  const inside = node.children.flatMap((child) => treeLines(child, byName, `${indent}  `));
  if (node.kind === 'module') return [`${indent}${node.label} (${whole(node.cells)})`, ...inside];
  const tensor = byName.get(node.name);
  return [`${indent}${node.label}  ${tensor ? facts(node, tensor) : ''}`, ...inside];
}

function facts(
  node: CheckpointNode & { kind: 'tensor' },
  { shape, dtype, cells, statistics }: CheckpointTensor,
): string {
  const size = `[${shape.join(', ')}]${dtype === 'F32' ? '' : ` ${dtype}`}`;
  if (node.role === 'tie') return `${size} = ${node.same ?? ''}`;
  const { mean, std, zeros, nonFinite } = statistics;
  return [
    size,
    ...(node.role === 'derived' ? ['derived'] : []),
    ...(mean === null || std === null ? [] : [`mean ${mean.toPrecision(3)}`, `std ${std.toPrecision(3)}`]),
    ...(zeros > 0 ? [`${((100 * zeros) / cells).toFixed(1)} % zeros`] : []),
    ...(nonFinite > 0 ? [`${whole(nonFinite)} not finite`] : []),
  ].join(', ');
}

const whole = (value: number): string => value.toLocaleString('en-US');
