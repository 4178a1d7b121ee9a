/**
 * Distributions of a weight or its gradient over the run, in place of text and gradients: ridges or percentile bands, of
 * the range of steps that is brushed or of all.
 */
import type { HistogramSeries } from '../../src/shared/stepContract.ts';
import { prepare, write } from '../shared/canvas.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { count, integer, percent, significant } from '../shared/format.ts';
import { icon } from '../shared/icons.ts';
import { saveMenu } from '../shared/saveMenu.ts';
import type { Shown, TakeAlong } from '../shared/takeAlong.ts';
import { currentPalette } from '../shared/theme.ts';
import { attachTable, type Table } from '../shared/dataTable.ts';
import { leavesOf } from '../../src/shared/parameterNode.ts';
import { shortParameter } from './shortParameter.ts';
import { drawBands } from './percentileBands.ts';
import { drawRidgeline, type HistogramDrawing } from './ridgeline.ts';
import {
  histogramName,
  touches,
  viewedStep,
  type Changed,
  type HistogramChoice,
  type PageState,
  type Store,
} from './store.ts';
import { waitingLabel } from './waiting.ts';

/** Of the picture, CSS pixels: at 1400 x 900 the section takes the room of text and gradients, so that nothing moves. */
const LEAST_HEIGHT = 152;
const MOST_HEIGHT = 420;
/** Head, legend and margins of the section. */
const BESIDE_HEIGHT = 62;

export class Histograms {
  readonly root: HTMLElement;
  private readonly store: Store;
  private readonly pick = element('select', { class: 'pick', 'aria-label': 'Parameter' });
  private readonly second = element('span', { class: 'second cut wide' });
  /** What a height, or a band, means. */
  private readonly legend = element('p', { class: 'histogram-legend small second' });
  private readonly of: HTMLButtonElement;
  private readonly style: HTMLButtonElement;
  private readonly canvas = element('canvas', {
    id: 'histogram',
    role: 'img',
    tabindex: 0,
    'aria-label': 'Histograms: not recorded yet',
  });

  /** `needSeries` is called when the distribution of another parameter is to be read. */
  constructor(store: Store, takeAlong: TakeAlong, needSeries: () => void) {
    this.store = store;
    const change = (part: Partial<HistogramChoice>) => {
      const histogram = { ...store.get().histogram, ...part };
      const other = part.name !== undefined || part.of !== undefined;
      store.set({ histogram, ...(other ? { histograms: null } : {}) });
      if (other) needSeries();
    };
    this.pick.addEventListener('change', () => change({ name: this.pick.value }));
    this.of = element('button', {
      class: 'link',
      click: () => change({ of: store.get().histogram.of === 'weight' ? 'gradient' : 'weight' }),
    });
    this.style = element('button', {
      class: 'link',
      click: () => change({ style: store.get().histogram.style === 'bands' ? 'ridgeline' : 'bands' }),
    });
    const close = element(
      'button',
      { class: 'tool', title: 'Close', 'aria-label': 'Close histograms', click: () => store.set({ inPlace: '' }) },
      icon('close'),
    );
    this.root = element(
      'section',
      { id: 'histograms', class: 'in-place', 'aria-label': 'Histograms' },
      element(
        'div',
        { class: 'line' },
        element('h2', {}, 'Histograms'),
        this.pick,
        this.second,
        element('span', { class: 'grow' }),
        this.of,
        this.style,
        saveMenu(takeAlong, 'Save or copy the histograms', () => this.shown()),
        close,
      ),
      this.canvas,
      this.legend,
    );
    attachTable(this.canvas, () => this.table());
  }

  update(state: PageState, changed: Changed): void {
    const { histogram, description, inPlace } = state;
    const open = inPlace === 'histograms';
    const opened = open && this.root.hidden;
    this.root.hidden = !open;
    if (
      !open ||
      !touches(changed, 'inPlace', 'histogram', 'histograms', 'description', 'viewed', 'range', 'selected', 'history')
    )
      return;
    const leaves = leavesOf(description?.tree ?? []);
    rebuild(this.pick, leaves.map(({ name }) => name).join(), () =>
      leaves.map(({ name }) => element('option', { value: name }, shortParameter(name))),
    );
    this.pick.value = histogramName(state);
    setText(this.of, histogram.of === 'weight' ? 'Of the gradient' : 'Of the weight');
    setText(this.style, histogram.style === 'bands' ? 'As ridges' : 'As bands');
    this.draw(state);
    if (opened && changed.has('inPlace')) this.root.scrollIntoView({ block: 'nearest' });
  }

  private draw(state: PageState): void {
    const { histogram } = state;
    const drawing = this.drawing(state);
    if (!drawing) {
      const pen = prepare(this.canvas, Math.max(100, this.root.clientWidth - 24), this.height());
      write(pen, state.trouble || 'Distributions appear here once they are recorded.', 0, 12, currentPalette().muted);
      this.canvas.setAttribute('aria-label', waitingLabel('Histograms', state));
      setText(this.second, '');
      setText(this.legend, '');
      return;
    }
    const { series, rows } = drawing;
    const { range, history } = state;
    if (histogram.style === 'bands') drawBands(this.canvas, drawing, range?.from ?? 1, range?.to ?? history.lastStep);
    else drawRidgeline(this.canvas, drawing);
    const at = drawing.viewed;
    const step = at >= 0 ? integer(series.steps[at] ?? 0) : '';
    const [first = 0, last = 0] = [rows[0], rows.at(-1)].map((row) => series.steps[row ?? 0] ?? 0);
    const several = `${count(rows.length, 'step')}, ${integer(first)}–${integer(last)}`;
    setText(this.second, first === last ? `step ${integer(first)}` : several);
    const meaning =
      histogram.style === 'bands'
        ? 'Lines between bands: percentiles 0, 6.7, 15.9, 30.9, 50, 69.1, 84.1, 93.3, 100; half a standard deviation apart if the values are normal.'
        : 'Height: share of the values per unit of the axis. Bold: the step viewed. Exact zeros are counted apart, at the right.';
    setText(this.legend, `${series.of === 'weight' ? '' : 'Gradient before clip. '}${meaning}`);
    const median = significant(series.quantiles[at * 9 + 4] ?? NaN);
    const spread = `${significant(series.quantiles[at * 9 + 2] ?? NaN)} to ${significant(series.quantiles[at * 9 + 6] ?? NaN)}`;
    this.canvas.setAttribute(
      'aria-label',
      `Distribution of the ${series.of} ${series.name} over ${count(rows.length, 'recorded step')}. At step ${step}: median ${median}, middle two thirds ${spread}, ${integer(series.zeros[at] ?? 0)} exact zeros, ${integer(series.nonFinite[at] ?? 0)} not finite.`,
    );
  }

  private drawing(state: PageState): HistogramDrawing | null {
    const series = state.histograms;
    if (!series || series.steps.length === 0) return null;
    if (series.name !== histogramName(state) || series.of !== state.histogram.of) return null;
    const { range } = state;
    const all = Array.from(series.steps, (_, index) => index);
    const within = all.filter((index) => !range || inside(series, index, range.from, range.to));
    const step = viewedStep(state);
    const viewed = within.findLast((index) => (series.steps[index] ?? 0) <= step) ?? within[0] ?? -1;
    const width = Math.max(100, this.root.clientWidth - 24);
    return { series, rows: within, viewed, width, height: this.height() };
  }

  /** Down to the end of the window where that is in reach. */
  private height(): number {
    const top = this.root.getBoundingClientRect().top + window.scrollY;
    return Math.max(LEAST_HEIGHT, Math.min(MOST_HEIGHT, Math.floor(window.innerHeight - top - BESIDE_HEIGHT)));
  }

  private shown(): Shown[] {
    const table = this.table();
    if (!table) return [];
    const columns = [{ heading: '', canvases: [this.canvas] }];
    return [{ name: '', title: table.picture ?? table.title, columns, table }];
  }

  private table(): Table | null {
    const drawing = this.drawing(this.store.get());
    if (!drawing) return null;
    const { series, viewed } = drawing;
    const bins = series.edges.length - 1;
    const counts = series.counts.subarray(viewed * bins, (viewed + 1) * bins);
    const all = counts.reduce((sum, value) => sum + value, 0) + (series.zeros[viewed] ?? 0);
    const line = (from: string, to: string, value: number) => [
      from,
      to,
      integer(value),
      percent(value / (all || 1), 2),
    ];
    return {
      title: `Distribution of the ${series.of} ${series.name} at step ${integer(series.steps[viewed] ?? 0)}`,
      picture: `Distributions of the ${series.of} ${series.name} up to step ${integer(series.steps.at(-1) ?? 0)}`,
      head: ['from', 'to', 'values', 'share'],
      body: [
        line('0', '0', series.zeros[viewed] ?? 0),
        line('not finite', 'not finite', series.nonFinite[viewed] ?? 0),
        ...Array.from(counts, (value, bin) =>
          line(significant(series.edges[bin] ?? NaN), significant(series.edges[bin + 1] ?? NaN), value),
        ),
      ],
    };
  }
}

function inside({ steps }: HistogramSeries, index: number, from: number, to: number): boolean {
  const step = steps[index] ?? 0;
  return step >= from && step <= to;
}
