/**
 * Activations of one LSTM layer, in place of text and gradients: its outputs and its saturated gates over the run, of the
 * range of steps that is brushed or of all, and the gates unit by unit at the step viewed.
 */
import { prepare } from '../shared/canvas.ts';
import { attachTable, type Table } from '../shared/dataTable.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { count, integer, percent, significant } from '../shared/format.ts';
import { icon } from '../shared/icons.ts';
import { saveMenu } from '../shared/saveMenu.ts';
import type { Shown, TakeAlong } from '../shared/takeAlong.ts';
import { BAND, drawOutputs, drawSaturation, type ActivationDrawing } from './activationCharts.ts';
import { gateLetters } from '../shared/gates.ts';
import { GateStrips, type ShownGates, type UnitChoice } from './gateStrips.ts';
import { isNarrow } from './layout.ts';
import { touches, viewedStep, type Changed, type PageState, type Store } from './store.ts';

const GAP = 24;
const MARGIN = 12;
const LEAST_HEIGHT = 120;
const MOST_HEIGHT = 300;
const GATES = 4;

export class Activations {
  readonly root: HTMLElement;
  private readonly store: Store;
  private readonly pick = element('select', { class: 'pick', 'aria-label': 'Layer' });
  private readonly second = element('span', { class: 'second cut' });
  private readonly outputs = picture('activation-outputs', 'Outputs over the run: not recorded yet');
  private readonly saturation = picture('activation-gates', 'Saturated gates over the run: not recorded yet');
  private readonly gatesCaption = element('p', { class: 'caption' });
  private readonly unitsCaption = element('p', { class: 'caption' });
  private readonly strips: GateStrips;

  /** `showUnit` shows the row of a unit's gate in the panes. */
  constructor(store: Store, takeAlong: TakeAlong, showUnit: (choice: UnitChoice) => void) {
    this.store = store;
    const choose = (part: Partial<PageState['activation']>) =>
      store.set({ activation: { ...store.get().activation, ...part } });
    this.pick.addEventListener('change', () => choose({ layer: Number(this.pick.value) }));
    this.gatesCaption.title = 'saturated: σ < 0.05 or > 0.95, |tanh| > 0.95';
    this.strips = new GateStrips((gate) => choose({ gate }), showUnit);
    const close = element(
      'button',
      { class: 'tool', title: 'Close', 'aria-label': 'Close activations', click: () => store.set({ inPlace: '' }) },
      icon('close'),
    );
    const figure = (caption: HTMLElement, shown: HTMLElement) => element('figure', {}, caption, shown);
    const outputsCaption = element('p', { class: 'caption' }, `output h: mean ± ${BAND} standard deviations`);
    this.root = element(
      'section',
      { id: 'activations', class: 'in-place', 'aria-label': 'Activations' },
      element(
        'div',
        { class: 'line' },
        element('h2', {}, 'Activations'),
        this.pick,
        this.second,
        element('span', { class: 'grow' }),
        saveMenu(takeAlong, 'Save or copy the activations', () => this.shown()),
        close,
      ),
      element(
        'div',
        { class: 'activation-figures' },
        figure(outputsCaption, this.outputs),
        figure(this.gatesCaption, this.saturation),
        figure(this.unitsCaption, this.strips.root),
      ),
    );
    attachTable(this.outputs, () => this.table());
    attachTable(this.saturation, () => this.table());
  }

  update(state: PageState, changed: Changed): void {
    const open = state.inPlace === 'activations';
    this.root.hidden = !open;
    if (
      !open ||
      !touches(changed, 'inPlace', 'activation', 'activations', 'gates', 'description', 'viewed', 'range', 'history')
    )
      return;
    const layers = state.description?.config.n_layers ?? 0;
    rebuild(this.pick, String(layers), () =>
      Array.from({ length: layers }, (_, layer) => element('option', { value: layer }, `rnns.${layer}`)),
    );
    this.pick.value = String(layerOf(state));
    this.draw(state);
  }

  private draw(state: PageState): void {
    const size = this.size();
    const drawing = drawingOf(state, size);
    const { gates } = state;
    const layer = layerOf(state);
    const held = gates?.layers[layer];
    const shown: ShownGates | null = gates && held ? { layer, step: gates.step, gates: held } : null;
    setText(
      this.unitsCaption,
      shown
        ? `gates by unit (0–${shown.gates.units - 1}) at step ${integer(shown.step)}: bars up open, down closed`
        : 'gates by unit: bars up open, down closed',
    );
    this.strips.draw(shown, state.activation.gate, size.width);
    setText(this.gatesCaption, `saturated gates${drawing ? countedInWords(drawing.series) : ''}`);
    if (!drawing) {
      const none =
        viewedStep(state) > 0 ? 'No activations were kept of this run' : 'Activations appear here once a run starts';
      const words = state.activations ? none : state.trouble || 'Activations are being read';
      for (const canvas of [this.outputs, this.saturation]) prepare(canvas, size.width, size.height);
      this.outputs.setAttribute('aria-label', 'Outputs over the run: not recorded yet');
      this.saturation.setAttribute('aria-label', 'Saturated gates over the run: not recorded yet');
      setText(this.second, words);
      return;
    }
    drawOutputs(this.outputs, drawing);
    drawSaturation(this.saturation, drawing);
    const { series } = drawing;
    const [first = 0, last = 0] = [series.steps[0], series.steps.at(-1)];
    const steps = `${count(series.steps.length, 'step')}, ${integer(first)}–${integer(last)}`;
    setText(this.second, first === last ? `step ${integer(first)}` : steps);
    this.second.title = this.second.textContent;
    this.outputs.setAttribute('aria-label', outputsInWords(drawing, layer));
    this.saturation.setAttribute('aria-label', gatesInWords(drawing, layer));
  }

  /** Side by side where there is room, else one under the other. */
  private size(): { readonly width: number; readonly height: number } {
    const page = Math.max(200, this.root.clientWidth - 2 * MARGIN);
    if (isNarrow()) return { width: page, height: LEAST_HEIGHT };
    const top = this.root.getBoundingClientRect().top + window.scrollY;
    const height = Math.floor(window.innerHeight - top - 66);
    return {
      width: Math.floor((page - 2 * GAP) / 3),
      height: Math.max(LEAST_HEIGHT, Math.min(MOST_HEIGHT, height)),
    };
  }

  private shown(): Shown[] {
    const table = this.table();
    const units = this.strips.allTable();
    const layer = layerOf(this.store.get());
    const over: Shown[] = table
      ? [
          {
            name: 'outputs',
            title: `Outputs of rnns.${layer}, ${table.picture ?? ''}`,
            columns: [{ heading: '', canvases: [this.outputs] }],
            table,
          },
          {
            name: 'saturated gates',
            title: `Saturated gates of rnns.${layer}, ${table.picture ?? ''}`,
            columns: [{ heading: '', canvases: [this.saturation] }],
            table,
          },
        ]
      : [];
    return units
      ? [
          ...over,
          {
            name: 'gates by unit',
            title: units.title,
            columns: [{ heading: gateLetters.join(', '), canvases: this.strips.canvases }],
            table: units,
          },
        ]
      : over;
  }

  private table(): Table | null {
    const state = this.store.get();
    const drawing = drawingOf(state, this.size());
    if (!drawing) return null;
    const { series, layer, rows } = drawing;
    const steps = `steps ${integer(series.steps[rows[0] ?? 0] ?? 0)}–${integer(series.steps[rows.at(-1) ?? 0] ?? 0)}`;
    return {
      title: `Activations of rnns.${layerOf(state)}, newest first`,
      picture: steps,
      head: ['step', 'mean of h', 'standard deviation', ...gateLetters.map((letter) => `${letter} saturated`)],
      body: [...rows]
        .reverse()
        .map((row) => [
          integer(series.steps[row] ?? 0),
          significant(layer.mean[row] ?? NaN),
          significant(layer.deviation[row] ?? NaN),
          ...gateLetters.map((_, gate) => percent(layer.saturation[row * GATES + gate] ?? NaN, 2)),
        ]),
    };
  }
}

function picture(id: string, label: string): HTMLCanvasElement {
  return element('canvas', { id, role: 'img', tabindex: 0, 'aria-label': label });
}

/** The chosen layer, or the last one of a smaller model. */
function layerOf({ activation, description }: PageState): number {
  return Math.max(0, Math.min(activation.layer, (description?.config.n_layers ?? 1) - 1));
}

function drawingOf(state: PageState, size: { width: number; height: number }): ActivationDrawing | null {
  const { activations: series, range, history } = state;
  const layer = series?.layers[layerOf(state)];
  if (!series || !layer) return null;
  const [from, to] = [range?.from ?? 1, Math.max(range?.to ?? history.lastStep, 2)];
  const all = Array.from(series.steps, (_, row) => row);
  const rows = all.filter((row) => (series.steps[row] ?? 0) >= from && (series.steps[row] ?? 0) <= to);
  const step = viewedStep(state);
  const viewed = rows.findLast((row) => (series.steps[row] ?? 0) <= step) ?? -1;
  return { series, layer, rows, viewed, from, to, ...size };
}

/** " at 128 of 544 positions": why shares of a sample and those of all positions beside it differ a little. */
function countedInWords({ counted, positions }: ActivationDrawing['series']): string {
  return counted < positions ? ` at ${integer(counted)} of ${count(positions, 'position')}` : '';
}

function outputsInWords({ series, layer, rows, viewed }: ActivationDrawing, number: number): string {
  const at = viewed >= 0 ? viewed : (rows.at(-1) ?? -1);
  const mean = significant(layer.mean[at] ?? NaN);
  const deviation = significant(layer.deviation[at] ?? NaN);
  return `Outputs of rnns.${number} over ${count(rows.length, 'recorded step')}. At step ${integer(series.steps[at] ?? 0)}: mean ${mean}, standard deviation ${deviation}.`;
}

function gatesInWords({ series, layer, rows, viewed }: ActivationDrawing, number: number): string {
  const at = viewed >= 0 ? viewed : (rows.at(-1) ?? -1);
  const shares = gateLetters.map((letter, gate) => `${letter} ${percent(layer.saturation[at * GATES + gate] ?? NaN)}`);
  return `Saturated gates of rnns.${number} over ${count(rows.length, 'recorded step')}. At step ${integer(series.steps[at] ?? 0)}: ${shares.join(', ')}.`;
}
