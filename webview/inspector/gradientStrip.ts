/**
 * How far back the gradient reaches: its norm at each time step of the batch and each layer, on a log scale of whole
 * decades, with the last steps that hold half and 99 % of it marked, and the edge beyond which none goes. Of the last
 * prediction alone it fades into the past; of the whole loss, where every time step has a prediction, hardly.
 */
import type { Reach } from '../../src/shared/stepContract.ts';
import { prepare, verticalLine, write } from '../shared/canvas.ts';
import { css, mix } from '../shared/colour.ts';
import { attachTable, type Table } from '../shared/dataTable.ts';
import { element, setText } from '../shared/dom.ts';
import { count, integer, significant } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import type { PageState, ReachOf, Store } from './store.ts';
import { waitingLabel } from './waiting.ts';

const GUTTER = 28;
const AXIS = 14;
const ROW = 14;
const GAP = 2;
const DASH = 3;

const MOST_DECADES = 6;

const NAMES: Readonly<Record<ReachOf, string>> = { prediction: 'last prediction', loss: 'whole loss' };

interface Scale {
  readonly key: string;
  /** Powers of ten. */
  readonly top: number;
  readonly bottom: number;
}

export class GradientStrip {
  readonly root: HTMLElement;
  readonly canvas = element('canvas', {
    id: 'reach',
    role: 'img',
    tabindex: 0,
    'aria-label': 'Gradient by time step: not recorded yet',
  });
  private readonly store: Store;
  private readonly of = element('select', { class: 'pick', 'aria-label': 'Gradient of which loss' });
  private readonly words = element('span', { class: 'second' });
  private scale: Scale | null = null;

  constructor(store: Store) {
    this.store = store;
    for (const [value, name] of Object.entries(NAMES)) this.of.append(element('option', { value }, name));
    this.of.addEventListener('change', () => store.set({ reachOf: this.of.value === 'loss' ? 'loss' : 'prediction' }));
    this.root = element(
      'div',
      { class: 'reach' },
      element(
        'div',
        { class: 'reach-line' },
        element('span', { class: 'second' }, 'gradient of the'),
        this.of,
        this.words,
      ),
      this.canvas,
    );
    attachTable(this.canvas, () => this.table());
  }

  table(): Table | null {
    const state = this.store.get();
    const view = viewOf(state);
    return view ? tableOf(view, state.reachOf) : null;
  }

  /** Keeps its height while there are no numbers; `unit` is what a time step holds: word or character. */
  draw(state: PageState, width: number, unit: string): void {
    const view = viewOf(state);
    const rows = view?.timeNorms.length ?? state.description?.config.n_layers ?? 2;
    const length = view?.timeNorms[0]?.length ?? 0;
    const pen = prepare(this.canvas, width, AXIS + Math.max(1, rows) * (ROW + GAP));
    if (this.of.value !== state.reachOf) this.of.value = state.reachOf;
    this.canvas.setAttribute('aria-label', waitingLabel('Gradient by time step', state));
    setText(this.words, 'by layer and time step appears here');
    if (!view || length === 0) return;
    const scale = this.scaleFor(`${state.summary?.id} ${state.reachOf}`, view);
    const cell = (width - GUTTER) / length;
    const xOf = (steps: number) => GUTTER + (length - steps) * cell;
    view.timeNorms.forEach((norms, layer) => {
      const top = AXIS + layer * (ROW + GAP);
      write(pen, `l${layer}`, GUTTER - 8, top + ROW / 2, currentPalette().muted, 'right');
      drawRow(pen, norms, scale, top, cell);
      const half = xOf(view.halfLife[layer] ?? 0);
      pen.fillStyle = css(currentPalette().background);
      pen.fillRect(Math.round(half) - 1, top, 3, ROW);
      verticalLine(pen, half, top, top + ROW, currentPalette().foreground);
    });
    const reach = Math.max(...view.reach99);
    drawAxis(
      pen,
      { length, reach, at: Math.max(GUTTER + 1, xOf(reach)) - 1, width, bottom: AXIS + rows * (ROW + GAP) },
      unit,
    );
    const ends = [scale.bottom, scale.top].map((power) => (power === 0 ? '1' : `1e${power}`.replace('-', '\u2212')));
    const halves = layersInWords(view.halfLife, unit);
    const half = state.reachOf === 'prediction' ? `half-life │ ${halves}` : `half │ within ${halves}`;
    setText(this.words, `by layer, ${half}, step ${integer(view.step)}, log scale ${ends.join(' to ')}`);
    this.canvas.setAttribute('aria-label', inWords(view, state.reachOf, scale, unit));
  }

  /** Whole decades of the first step seen of a run, so that colours keep their meaning; wider only when that is left. */
  private scaleFor(key: string, { timeNorms }: Reach): Scale {
    const norms = timeNorms.flatMap((values) => [...values].filter((norm) => norm > 0 && Number.isFinite(norm)));
    const held = this.scale?.key === key ? this.scale : null;
    const top = Math.max(held?.top ?? -Infinity, Math.ceil(Math.log10(Math.max(...norms, 1e-30))));
    const lowest = Math.max(top - MOST_DECADES, Math.floor(Math.log10(Math.min(...norms, 10 ** (top - 1)))));
    this.scale = { key, top, bottom: Math.min(held?.bottom ?? Infinity, lowest, top - 1) };
    return this.scale;
  }
}

function viewOf({ reachOf, reach, gradients }: PageState): Reach | null {
  return reachOf === 'prediction' ? reach : gradients;
}

function drawRow(pen: CanvasRenderingContext2D, norms: Float32Array, scale: Scale, top: number, cell: number): void {
  const palette = currentPalette();
  const paper = mix(palette.background, palette.foreground, 0.06);
  norms.forEach((norm, time) => {
    const share = (Math.log10(norm) - scale.bottom) / (scale.top - scale.bottom);
    const tone = Math.max(0, Math.min(1, share)) || 0;
    pen.fillStyle = css(Number.isFinite(norm) ? mix(paper, palette.sequential, tone) : palette.bad);
    const left = Math.round(GUTTER + time * cell);
    pen.fillRect(left, top, Math.max(1, Math.round(GUTTER + (time + 1) * cell) - left - (cell > 3 ? 1 : 0)), ROW);
  });
}

/** "9 words" for all layers, or layer by layer "9, 12 words". */
function layersInWords(steps: readonly number[], unit: string): string {
  const last = count(steps.at(-1) ?? 0, unit);
  const all = steps.every((each) => each === steps[0]);
  return all ? last : [...steps.slice(0, -1).map(integer), last].join(', ');
}

interface Axis {
  /** Time steps of the batch, and how many of the last hold 99 %. */
  readonly length: number;
  readonly reach: number;
  /** Where the 99 % begin, and the right and lower end, in pixels. */
  readonly at: number;
  readonly width: number;
  readonly bottom: number;
}

/** The dotted edge at which truncated backpropagation ends, and the line of the 99 %, each with its words. */
function drawAxis(pen: CanvasRenderingContext2D, { length, reach, at, width, bottom }: Axis, unit: string): void {
  const { muted, foreground } = currentPalette();
  pen.fillStyle = css(muted);
  for (let y = 2; y < bottom; y += 2 * DASH) pen.fillRect(GUTTER - 2, y, 1, DASH);
  verticalLine(pen, at, 2, bottom, foreground);
  const within = `99 % within ${count(reach, unit)}`;
  const withinWidth = pen.measureText(within).width;
  // Beside its line, on the side where it does not cross it; the edge's words take the room that is left.
  const before = at - 6 - withinWidth;
  const fitsAfter = at + 6 + withinWidth <= width;
  const edges = [`bptt edge, ${count(length, unit)} back`, `bptt ${integer(length)}`, ''];
  const endOf = (words: string) => (words === '' ? GUTTER : GUTTER + 16 + pen.measureText(words).width);
  const fitting = (end: number) => edges.find((words) => endOf(words) <= end) ?? '';
  const onTheLeft = !fitsAfter || fitting(before) === edges[0];
  write(pen, fitting(onTheLeft ? before : at), GUTTER + 4, 7, muted);
  write(pen, within, onTheLeft ? Math.max(GUTTER, before) : at + 6, 7, foreground);
}

function inWords({ step, timeNorms, halfLife, reach99 }: Reach, of: ReachOf, scale: Scale, unit: string): string {
  const length = timeNorms[0]?.length ?? 0;
  const halves = halfLife.map((steps, layer) => `half of layer ${layer} in the last ${integer(steps)}`).join(', ');
  const reach = `99 % lies in the last ${integer(Math.max(...reach99))} of ${integer(length)} ${unit}s`;
  const colours = `colours from ${significant(10 ** scale.bottom, 1)} to ${significant(10 ** scale.top, 1)}`;
  return `Gradient of the ${NAMES[of]} by time step and layer at step ${integer(step)}: ${reach}, ${halves}; none goes further back than the batch (bptt); ${colours}.`;
}

function tableOf({ step, timeNorms }: Reach, of: ReachOf): Table {
  const length = timeNorms[0]?.length ?? 0;
  return {
    title: `Gradient norm of the ${NAMES[of]} by time step and layer at step ${integer(step)}, before clipping`,
    head: ['time step', ...timeNorms.map((_, layer) => `layer ${layer}`)],
    body: Array.from({ length }, (_, time) => [
      integer(time + 1),
      ...timeNorms.map((norms) => significant(norms[time] ?? NaN)),
    ]),
  };
}
