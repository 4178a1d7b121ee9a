/**
 * raw x mask = derived -> gradient for one weight: four panes of one and the same step, and the facts that are true of
 * every cell.
 */
import type { Pane, RunDescription, WeightView, Window } from '../../shared/engineContract.ts';
import type { ParameterNode } from '../../shared/parameterNode.ts';
import { broadcastMask } from './broadcastMask.ts';
import { maskFacts } from './maskFacts.ts';
import { matrixShape } from './matrixShape.ts';
import { readRecorded, type RecordedStep, type TensorData } from './recordedStep.ts';
import { summarize } from './tensorSummary.ts';
import { tile, type BlockReducer } from './tile.ts';

/** What belongs together around one weight: the learned parameter, and where it is dropped its mask and derived name. */
interface WeightNames {
  readonly parameter: string;
  readonly mask?: string;
  readonly derived?: string;
}

export interface WeightQuery {
  /** The parameter, its mask or its derived tensor: they lead to the same view. */
  readonly name: string;
  readonly window?: Window;
  readonly maxCells: number;
}

/**
 * The view of a weight at `recorded`. A parameter that is not dropped shows a mask of ones. Throws a sentence when the
 * run has no such weight.
 */
export function weightView(recorded: RecordedStep, run: RunDescription, query: WeightQuery): WeightView {
  const names = findWeight(run.tree, query.name);
  if (!names) throw new Error(`this model has no weight "${query.name}"`);
  const raw = readRecorded(recorded, names.parameter);
  const gradient = recorded.read(`grad/${names.parameter}`) ?? zeros(raw.shape);
  const recordedMask = names.mask === undefined ? undefined : recorded.read(`mask/${names.mask}`);
  const mask = recordedMask ? broadcastMask(recordedMask, raw.shape) : ones(raw.shape);
  const derived = (names.derived === undefined ? undefined : recorded.read(`derived/${names.derived}`)) ?? raw;
  const pane = (name: string, tensor: TensorData, reducer: BlockReducer): Pane => {
    const overview = tile(name, tensor, undefined, query.maxCells, reducer);
    const detail = query.window ? tile(name, tensor, query.window, query.maxCells, reducer) : overview;
    return { overview, detail, summary: summarize(tensor.data, name === names.parameter ? undefined : mask.data) };
  };
  const { rows, cols } = matrixShape(raw.shape);
  const site = run.sites.find(({ name }) => name === names.mask);
  return {
    step: recorded.step,
    mode: recorded.mode,
    mask: names.mask ?? '',
    shape: [rows, cols],
    gates: /\.(weight|bias)_(hh|ih)_l\d/.test(names.parameter),
    p: site?.p ?? 0,
    panes: {
      raw: pane(names.parameter, raw, 'extreme'),
      mask: pane(`mask/${names.mask ?? names.parameter}`, mask, 'kept'),
      derived: pane(`derived/${names.derived ?? names.parameter}`, derived, 'extreme'),
      gradient: pane(`grad/${names.parameter}`, gradient, 'extreme'),
    },
    facts: maskFacts(raw.data, mask.data, derived.data, gradient.data),
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

function ones(shape: readonly number[]): TensorData {
  return { shape, data: zeros(shape).data.fill(1) };
}

function zeros(shape: readonly number[]): TensorData {
  return { shape, data: new Float32Array(shape.reduce((product, size) => product * size, 1)) };
}
