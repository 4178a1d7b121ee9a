/**
 * What belongs together around one weight at a recorded step, each as a matrix that can be read by rows: a view of a few
 * cells of a large one reads no more than the rows they are in.
 */
import type { RunDescription } from '../../shared/engineContract.ts';
import type { ParameterNode } from '../../shared/parameterNode.ts';
import { broadcastMask } from './broadcastMask.ts';
import { matrixShape, type MatrixShape } from './matrixShape.ts';
import { readPart, readRecorded, type RecordedStep } from './recordedStep.ts';

/** Values of so many rows from `row` on, row-major. They may be those of the step itself: not to be changed. */
export type ReadRows = (row: number, rows: number) => Float32Array;

export interface WeightMatrices extends MatrixShape {
  /** The learned parameter; the site that drops it and the derived tensor's name, where it is dropped. */
  readonly names: WeightNames;
  readonly raw: ReadRows;
  /** Null where nothing is dropped: every factor is 1, and derived is raw. */
  readonly mask: ReadRows | null;
  readonly derived: ReadRows | null;
  /** Null when no gradient reached the weight. */
  readonly gradient: ReadRows | null;
}

interface WeightNames {
  readonly parameter: string;
  readonly mask?: string;
  readonly derived?: string;
}

/** `name`: the parameter, its mask or its derived tensor. Throws a sentence when the run has no such weight. */
export function weightMatrices(recorded: RecordedStep, { tree }: RunDescription, name: string): WeightMatrices {
  const names = findWeight(tree, name);
  if (!names) throw new Error(`this model has no weight "${name}"`);
  const { parameter, mask, derived } = names;
  const { shape } = readPart(recorded, parameter, 0, 0) ?? readRecorded(recorded, parameter);
  const matrix = matrixShape(shape);
  const rowsOf = (tensor: string): ReadRows | null => matrixRows(recorded, tensor, matrix);
  return {
    ...matrix,
    names,
    raw: rowsOf(parameter)!,
    mask: mask === undefined ? null : maskRows(recorded, `mask/${mask}`, matrix),
    derived: derived === undefined ? null : rowsOf(`derived/${derived}`),
    gradient: rowsOf(`grad/${parameter}`),
  };
}

function matrixRows(recorded: RecordedStep, name: string, { cols }: MatrixShape): ReadRows | null {
  if (!readPart(recorded, name, 0, 0)) return null;
  return (row, rows) => readPart(recorded, name, row * cols, rows * cols)!.data;
}

/** A mask of one row or one column is as large as what it is repeated from. */
function maskRows(recorded: RecordedStep, name: string, matrix: MatrixShape): ReadRows | null {
  const part = readPart(recorded, name, 0, 0);
  if (!part) return null;
  const own = matrixShape(part.shape);
  if (own.rows === matrix.rows && own.cols === matrix.cols) return matrixRows(recorded, name, matrix);
  const { shape, data } = recorded.read(name)!;
  return (row, rows) => {
    const repeated =
      own.rows === 1
        ? { shape, data }
        : { shape: [rows, own.cols], data: data.subarray(row * own.cols, (row + rows) * own.cols) };
    return broadcastMask(repeated, [rows, matrix.cols]).data;
  };
}

function findWeight(nodes: readonly ParameterNode[], wanted: string): WeightNames | undefined {
  for (const node of nodes) {
    if (node.kind === 'module') {
      const inside = findWeight(node.children, wanted);
      if (inside) return inside;
    } else if (node.kind === 'tie') {
      if (node.name === wanted) return { parameter: node.tiedTo };
    } else if ([node.name, node.derived?.mask, node.derived?.name].includes(wanted)) {
      return node.derived
        ? { parameter: node.name, mask: node.derived.mask, derived: node.derived.name }
        : { parameter: node.name };
    }
  }
  return undefined;
}
