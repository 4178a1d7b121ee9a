/**
 * raw x mask = derived -> gradient for one weight: four panes of one and the same step, and the facts that are true of
 * every cell. What needs every cell is apart from the cells of a window, which are asked for again and again.
 */
import type { Pane, RunDescription, TensorSummary, Tile, WeightView, Window } from '../../shared/engineContract.ts';
import { maskFacts } from './maskFacts.ts';
import type { RecordedStep } from './recordedStep.ts';
import { summarize, summaryOfConstant } from './tensorSummary.ts';
import { clampWindow, tile, tileOfConstant, type BlockReducer } from './tile.ts';
import { weightMatrices, type ReadRows, type WeightMatrices } from './weightMatrices.ts';

export interface WeightQuery {
  /** The parameter, its mask or its derived tensor: they lead to the same view. */
  readonly name: string;
  readonly window?: Window;
  readonly maxCells: number;
}

type PaneName = keyof WeightView['panes'];

/**
 * A weight at `recorded` with all of it as detail; takes passes over every cell of all four. A parameter that is not dropped
 * shows a mask of ones. Throws a sentence when the run has no such weight.
 */
export function wholeView(
  recorded: RecordedStep,
  run: RunDescription,
  { name, maxCells }: Omit<WeightQuery, 'window'>,
): WeightView {
  const weight = weightMatrices(recorded, run, name);
  const { names, rows, cols } = weight;
  const read = (from: ReadRows): Float32Array => from(0, rows);
  const shape = [rows, cols];
  const [raw, gradient] = [read(weight.raw), weight.gradient && read(weight.gradient)];
  const [mask, derived] = [weight.mask && read(weight.mask), weight.derived && read(weight.derived)];
  const overview = (pane: PaneName, data: Float32Array | null): Tile => {
    const { title, reducer } = panes[pane](names);
    if (!data) return tileOfConstant(title, shape, undefined, maxCells, reducer, absent[pane]);
    return tile(title, { shape, data }, undefined, maxCells, reducer);
  };
  const pane = (name: PaneName, data: Float32Array | null, summary: TensorSummary): Pane => {
    const reduced = overview(name, data);
    return { overview: reduced, detail: reduced, summary };
  };
  const ofRaw = pane('raw', raw, summarize(raw));
  const own = derived && pane('derived', derived, summarize(derived, mask ?? undefined));
  const counted = gradient ?? (mask && new Float32Array(raw.length));
  const ofGradient = counted ? summarize(counted, mask ?? undefined) : summaryOfConstant(rows * cols, 0);
  const site = run.sites.find(({ name }) => name === names.mask);
  return {
    step: recorded.step,
    mode: recorded.mode,
    mask: names.mask ?? '',
    shape: [rows, cols],
    gates: /\.(weight|bias)_(hh|ih)_l\d/.test(names.parameter),
    p: site?.p ?? 0,
    panes: {
      raw: ofRaw,
      mask: pane('mask', mask, mask ? summarize(mask, mask) : summaryOfConstant(rows * cols, 1)),
      derived: own ?? renamed(ofRaw, panes.derived(names).title),
      gradient: pane('gradient', gradient, ofGradient),
    },
    facts:
      mask || derived
        ? maskFacts(raw, mask ?? ones(raw), derived ?? raw, counted ?? new Float32Array(raw.length))
        : undropped(rows * cols, ofGradient),
  };
}

/** `whole` with the cells of a window as detail: reads no more than the rows of that. */
export function withWindow(
  whole: WeightView,
  recorded: RecordedStep,
  run: RunDescription,
  { name, window, maxCells }: WeightQuery & { readonly window: Window },
): WeightView {
  const weight = weightMatrices(recorded, run, name);
  const { row, rows, ...columns } = clampWindow(window, weight);
  const detail = (pane: PaneName): Tile => {
    const { title, reducer } = panes[pane](weight.names);
    const read = weight[pane] ?? (pane === 'derived' ? weight.raw : null);
    const shape = [rows, weight.cols];
    const inside = { row: 0, rows, ...columns };
    const part = read
      ? tile(title, { shape, data: read(row, rows) }, inside, maxCells, reducer)
      : tileOfConstant(title, shape, inside, maxCells, reducer, absent[pane]);
    return { ...part, shape: whole.panes[pane].overview.shape, window: { ...part.window, row } };
  };
  const closer = (pane: PaneName): Pane => ({ ...whole.panes[pane], detail: detail(pane) });
  return {
    ...whole,
    panes: { raw: closer('raw'), mask: closer('mask'), derived: closer('derived'), gradient: closer('gradient') },
  };
}

/** Of what each pane is titled, and how its blocks become numbers. */
const panes: Readonly<
  Record<PaneName, (names: WeightMatrices['names']) => { readonly title: string; readonly reducer: BlockReducer }>
> = {
  raw: ({ parameter }) => ({ title: parameter, reducer: 'extreme' }),
  mask: ({ parameter, mask }) => ({ title: `mask/${mask ?? parameter}`, reducer: 'kept' }),
  derived: ({ parameter, derived }) => ({ title: `derived/${derived ?? parameter}`, reducer: 'extreme' }),
  gradient: ({ parameter }) => ({ title: `grad/${parameter}`, reducer: 'extreme' }),
};

/** The value of every cell of what was not recorded: nothing was dropped, no gradient came. */
const absent: Readonly<Record<PaneName, number>> = { raw: 0, mask: 1, derived: 0, gradient: 0 };

function renamed({ overview, summary }: Pane, name: string): Pane {
  const tile = { ...overview, name };
  return { overview: tile, detail: tile, summary };
}

function undropped(cells: number, { zeros }: TensorSummary): WeightView['facts'] {
  return { cells, equal: cells, dropped: 0, gradientZeros: zeros, gradientZerosDropped: 0 };
}

function ones({ length }: Float32Array): Float32Array {
  return new Float32Array(length).fill(1);
}
