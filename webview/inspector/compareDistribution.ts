/**
 * The distributions of one parameter in both runs at the step viewed, over one axis: shares of the values by width of
 * axis, so that neither other bins nor another size of the tensor makes one look fuller. Exact zeros stand apart.
 */
import type { HistogramSeries } from '../../src/shared/stepContract.ts';
import { prepare, verticalLine, write } from '../shared/canvas.ts';
import { css, mix } from '../shared/colour.ts';
import type { Table } from '../shared/dataTable.ts';
import { attachTable } from '../shared/dataTable.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { integer, percent, significant } from '../shared/format.ts';
import type { Shown } from '../shared/takeAlong.ts';
import { currentPalette } from '../shared/theme.ts';
import { runColour } from './compareCharts.ts';
import { barsOf } from './densityBars.ts';
import { leavesOf } from '../../src/shared/parameterNode.ts';
import { shortParameter } from './shortParameter.ts';
import { commonStep, histogramName, type HistogramChoice, type PageState, type Store } from './store.ts';
import { valueAxis, type ValueAxis } from './valueAxis.ts';

const HEIGHT = 148;
const TOP = 22;
const BOTTOM = 18;
/** Half of a number of the axis stands beyond its end. */
const MARGIN = 16;

/** One run's distribution at the last recorded step that is not after the one compared. */
interface Drawn {
  readonly run: 'A' | 'B';
  readonly series: HistogramSeries;
  readonly row: number;
}

export class CompareDistribution {
  readonly root: HTMLElement;
  private readonly store: Store;
  private readonly pick = element('select', { class: 'pick', 'aria-label': 'Parameter compared' });
  private readonly of: HTMLButtonElement;
  private readonly say = element('p', { class: 'small second' });
  private readonly canvas = element('canvas', {
    id: 'compare-distribution',
    role: 'img',
    tabindex: 0,
    'aria-label': 'Distributions of both runs: not recorded yet',
  });

  /** `needSeries` is called when the distribution of another parameter is to be read. */
  constructor(store: Store, needSeries: () => void) {
    this.store = store;
    const change = (part: Partial<HistogramChoice>) => {
      store.set({ histogram: { ...store.get().histogram, ...part }, histograms: null });
      needSeries();
    };
    this.pick.addEventListener('change', () => change({ name: this.pick.value }));
    this.of = element('button', {
      class: 'link',
      click: () => change({ of: store.get().histogram.of === 'weight' ? 'gradient' : 'weight' }),
    });
    this.root = element(
      'div',
      { class: 'compare-distribution' },
      element(
        'div',
        { class: 'line' },
        element('h3', {}, 'Distribution'),
        this.pick,
        element('span', { class: 'grow' }),
        this.of,
      ),
      this.canvas,
      this.say,
    );
    attachTable(this.canvas, () => this.table());
  }

  update(state: PageState): void {
    const leaves = leavesOf(state.description?.tree ?? []);
    rebuild(this.pick, leaves.map(({ name }) => name).join(), () =>
      leaves.map(({ name }) => element('option', { value: name }, shortParameter(name))),
    );
    this.pick.value = histogramName(state);
    setText(this.of, state.histogram.of === 'weight' ? 'Of the gradient' : 'Of the weight');
    const drawn = drawnOf(state);
    this.draw(drawn);
    const words = inWords(state, drawn);
    setText(this.say, words);
    this.canvas.setAttribute(
      'aria-label',
      drawn.length > 0 ? `Distributions of both runs. ${words}` : `Distributions of both runs: 0 recorded. ${words}`,
    );
  }

  shown(): Shown[] {
    const table = this.table();
    if (!table) return [];
    return [{ name: 'distribution', title: table.title, columns: [{ heading: '', canvases: [this.canvas] }], table }];
  }

  private draw(drawn: readonly Drawn[]): void {
    const width = Math.max(100, this.root.clientWidth);
    const pen = prepare(this.canvas, width, HEIGHT);
    if (drawn.length === 0) return;
    const palette = currentPalette();
    const axis = valueAxis(...drawn.map(({ series }) => series));
    const plot = width - 2 * MARGIN;
    const bottom = HEIGHT - BOTTOM;
    for (const tick of axis.ticks) {
      const at = MARGIN + axis.at(tick) * plot;
      verticalLine(pen, at, TOP, bottom, palette.grid);
      write(pen, tick === 0 ? '0' : significant(tick, 1), at, bottom + 10, palette.muted, 'center');
    }
    const outlines = drawn.map((one) => outlineOf(one, axis, plot));
    const highest = Math.max(...outlines.flatMap((outline) => outline.map(({ density }) => density)));
    drawn.forEach(({ run }, index) => {
      const colour = runColour(run, palette);
      pen.beginPath();
      pen.moveTo(outlines[index]?.[0]?.from ?? MARGIN, bottom);
      for (const { from, to, density } of outlines[index] ?? []) {
        const y = bottom - (density / (highest || 1)) * (bottom - TOP);
        pen.lineTo(from, y);
        pen.lineTo(to, y);
      }
      pen.lineTo(outlines[index]?.at(-1)?.to ?? width - MARGIN, bottom);
      if (run === 'A') {
        pen.fillStyle = css(mix(palette.background, colour, palette.highContrast ? 0.35 : 0.22));
        pen.fill();
      }
      pen.setLineDash(run === 'A' ? [] : [4, 2]);
      pen.strokeStyle = css(colour);
      pen.lineWidth = 1.5;
      pen.stroke();
      pen.setLineDash([]);
      write(pen, labelOf(drawn[index] as Drawn), index === 0 ? 0 : width, 8, colour, index === 0 ? 'left' : 'right');
    });
  }

  private table(): Table | null {
    const drawn = drawnOf(this.store.get());
    if (drawn.length === 0) return null;
    const body = drawn.flatMap(({ run, series, row }) => {
      const bins = series.edges.length - 1;
      const counts = Array.from(series.counts.subarray(row * bins, (row + 1) * bins));
      const all = total({ run, series, row });
      const line = (from: string, to: string, value: number) => [
        run,
        from,
        to,
        integer(value),
        percent(value / (all || 1), 2),
      ];
      return [
        line('0', '0', series.zeros[row] ?? 0),
        line('not finite', 'not finite', series.nonFinite[row] ?? 0),
        ...counts.map((value, bin) =>
          line(significant(series.edges[bin] ?? NaN), significant(series.edges[bin + 1] ?? NaN), value),
        ),
      ];
    });
    const { series } = drawn[0] as Drawn;
    const steps = drawn.map((one) => `step ${integer(stepOf(one))} of ${one.run}`).join(' and ');
    return {
      title: `Distribution of the ${series.of} ${series.name} at ${steps}`,
      head: ['run', 'from', 'to', 'values', 'share'],
      body,
    };
  }
}

function drawnOf(state: PageState): Drawn[] {
  const name = histogramName(state);
  const step = commonStep(state);
  const of = (run: 'A' | 'B', series: HistogramSeries | null): Drawn[] => {
    if (!series || series.name !== name || series.of !== state.histogram.of || series.steps.length === 0) return [];
    const row = series.steps.findLastIndex((recorded) => recorded <= step);
    return [{ run, series, row: Math.max(0, row) }];
  };
  return [...of('A', state.histograms), ...of('B', state.otherHistograms)];
}

function stepOf({ series, row }: Drawn): number {
  return series.steps[row] ?? 0;
}

/** Values counted, exact zeros and those not finite among them. */
function total({ series, row }: Drawn): number {
  const bins = series.edges.length - 1;
  const counts = series.counts.subarray(row * bins, (row + 1) * bins);
  return counts.reduce((sum, value) => sum + value, 0) + (series.zeros[row] ?? 0) + (series.nonFinite[row] ?? 0);
}

/** Shares by pixel of axis, bar by bar. */
function outlineOf(one: Drawn, axis: ValueAxis, plot: number): { from: number; to: number; density: number }[] {
  const { series, row } = one;
  const { edges, counts } = series;
  const bins = edges.length - 1;
  const x = (value: number) => MARGIN + axis.at(value) * plot;
  const all = total(one) || 1;
  return barsOf(edges, x).map(({ from, to, width }) => {
    let held = 0;
    for (let bin = from; bin < to; bin++) held += counts[row * bins + bin] ?? 0;
    return { from: x(edges[from] ?? 0), to: x(edges[to] ?? 0), density: width > 0 ? held / all / width : 0 };
  });
}

function labelOf(one: Drawn): string {
  const zeros = one.series.zeros[one.row] ?? 0;
  return `${one.run} step ${integer(stepOf(one))}${zeros > 0 ? `, zeros ${percent(zeros / (total(one) || 1))}` : ''}`;
}

function inWords(state: PageState, drawn: readonly Drawn[]): string {
  const name = histogramName(state);
  const known = leavesOf(state.other?.description?.tree ?? []).some((leaf) => leaf.name === name);
  const sentences = drawn.map((one) => {
    const { series, row, run } = one;
    const quantile = (index: number) => significant(series.quantiles[row * 9 + index] ?? NaN, 2);
    const bad = series.nonFinite[row] ?? 0;
    return `${run} at step ${integer(stepOf(one))}: median ${quantile(4)}, middle two thirds ${quantile(2)} to ${quantile(6)}${bad > 0 ? `, ${integer(bad)} not finite` : ''}.`;
  });
  if (state.other?.description && name !== '' && !known) sentences.push(`B has no parameter ${name}.`);
  else if (state.otherTrouble) sentences.push(`B: ${state.otherTrouble}`);
  if (!drawn.some(({ run }) => run === 'A'))
    sentences.unshift(state.trouble ? `A: ${state.trouble}` : 'A: not recorded yet.');
  return sentences.join(' ');
}
