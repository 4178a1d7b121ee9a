/**
 * The list of dropout sites: p, the share kept at the step viewed against the band expected from independent draws, what
 * the mask is constant along, and the last 60 recorded steps. Choosing one shows its mask.
 */
import type { SiteDescription } from '../../src/shared/engineContract.ts';
import { polyline, prepare } from '../shared/canvas.ts';
import { css } from '../shared/colour.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { fixed, integer, percent, probability } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import { attachTable, type Table } from '../shared/dataTable.ts';
import type { Column, History } from './history.ts';
import { band, constantInWords, shortName, variesInWords } from './siteBand.ts';
import { touches, viewedStep, type Changed, type PageState, type StepRange, type Store } from './store.ts';

const RECENT = 60;
const WIDTH = 64;
const HEIGHT = 32;

interface Row {
  readonly site: SiteDescription;
  readonly button: HTMLElement;
  readonly kept: HTMLElement;
  readonly spark: HTMLCanvasElement;
}

export class Sites {
  readonly root: HTMLElement;
  private readonly step = element('span', { class: 'second small' });
  private readonly list = element('ul', { class: 'rows', 'aria-label': 'Dropout sites' });
  private readonly span = element('span', { class: 'right' }, `last ${RECENT} steps`);
  private readonly store: Store;
  private readonly select: (name: string) => void;
  private rows: Row[] = [];

  constructor(store: Store, select: (name: string) => void) {
    this.store = store;
    this.select = select;
    this.root = element(
      'section',
      { id: 'sites', 'aria-label': 'Dropout sites' },
      element(
        'div',
        { class: 'line' },
        element('h2', {}, 'Dropout sites'),
        element('span', { class: 'grow' }),
        element('button', { class: 'link', click: () => store.set({ inPlace: 'whatIf' }) }, 'What if'),
        this.step,
      ),
      element(
        'div',
        { class: 'site-head', 'aria-hidden': 'true' },
        element('span'),
        element('span', { class: 'right' }, 'kept, expected'),
        this.span,
      ),
      this.list,
    );
  }

  update(state: PageState, changed: Changed): void {
    if (!touches(changed, 'description', 'history', 'viewed', 'selected', 'summary', 'range')) return;
    const sites = state.description?.sites ?? [];
    rebuild(this.list, state.description ? state.description.id + sites.length : 'none', () => {
      this.rows = sites.map((site) => this.row(site));
      if (sites.length === 0)
        return [
          element('li', { class: 'empty' }, 'Each place where dropout happens is listed here once a run starts.'),
        ];
      return this.rows.map(({ button }) => element('li', {}, button));
    });
    const step = viewedStep(state);
    setText(this.step, step > 0 ? `step ${integer(step)}` : '');
    const { range } = state;
    setText(this.span, range ? `${integer(range.from)}–${integer(range.to)}` : `last ${RECENT} steps`);
    for (const row of this.rows) this.showRow(row, state, step);
  }

  private row(site: SiteDescription): Row {
    const unknown = site.p === 0 ? 'p is 0, nothing is dropped' : 'not recorded yet';
    const spark = element('canvas', { role: 'img', 'aria-label': `Kept share of ${site.name}: ${unknown}` });
    const kept = element('span', { class: 'right number' });
    const expected =
      site.p === 0
        ? 'no dropout'
        : `${fixed(100 * (1 - site.p), digits(site.p))} ± ${fixed(100 * band(site.p, site.draws), 1)}`;
    const name = element('span', { class: 'name' }, shortName(site.name));
    const button = element(
      'button',
      { class: 'site', 'data-site': site.name, click: () => this.select(site.name) },
      element(
        'span',
        { class: 'site-name' },
        name,
        element('span', { class: 'second small' }, ` p ${probability(site.p)}`),
      ),
      kept,
      spark,
      element('span', { class: 'second small' }, constantInWords(site)),
      element('span', { class: 'second small right number' }, expected),
      element('span', { class: 'second small varies' }, variesInWords(site)),
    );
    attachTable(button, () => this.table(site), spark);
    return { site, button, kept, spark };
  }

  private showRow({ site, button, kept, spark }: Row, state: PageState, step: number): void {
    const selected = state.selected === site.name;
    button.classList.toggle('selected', selected);
    button.setAttribute('aria-pressed', String(selected));
    const { history, range } = state;
    const series = history.series('kept', site.name);
    const index = history.lastKnown(series, history.indexOf(step));
    const share = series.at(index);
    const at = history.column('step').at(index);
    // Where p is 0 no mask is drawn, so that there is no share to be told.
    const unknown = site.p === 0 ? 'all' : 'not yet';
    setText(kept, Number.isNaN(share) ? unknown : percent(share));
    const outside = Math.abs(share - (1 - site.p)) > band(site.p, site.draws);
    const note = outside ? ' Outside the 95 % band at this one step, as one step in twenty is.' : '';
    button.title = Number.isNaN(share)
      ? `${site.name}: ${site.p === 0 ? 'p is 0, nothing is dropped' : `${constantInWords(site)}, ${variesInWords(site)}`}.`
      : `${site.name} at step ${integer(at)}: kept ${percent(share, 2)}, expected ${percent(1 - site.p, 2)} ± ${fixed(100 * band(site.p, site.draws), 2)} (95 %); ${constantInWords(site)}, ${variesInWords(site)}.${note}`;
    this.drawSpark(spark, site, range ? within(history, series, range) : recent(series, index), outside);
    if (!Number.isNaN(share))
      spark.setAttribute('aria-label', `Kept share of ${site.name}, up to step ${integer(at)}: ${percent(share)}`);
  }

  private drawSpark(
    canvas: HTMLCanvasElement,
    site: SiteDescription,
    shares: readonly number[],
    outside: boolean,
  ): void {
    const palette = currentPalette();
    const pen = prepare(canvas, WIDTH, HEIGHT);
    const half = band(site.p, site.draws) || 1e-3;
    const middle = 1 - site.p;
    const y = (share: number) =>
      HEIGHT / 2 - (Math.max(-1.6, Math.min(1.6, (share - middle) / half)) / 1.6) * (HEIGHT / 2 - 3);
    if (site.p === 0) return;
    pen.fillStyle = css(palette.band);
    pen.fillRect(0, y(middle + half), WIDTH, y(middle - half) - y(middle + half));
    if (shares.length === 0) return;
    const points = Math.max(RECENT, shares.length);
    const x = (index: number) => 2 + ((index + points - shares.length) * (WIDTH - 6)) / (points - 1);
    polyline(
      pen,
      shares.map((share, index) => [x(index), y(share)] as const),
      palette.train,
      1,
    );
    pen.fillStyle = css(outside ? palette.caution : palette.foreground);
    pen.beginPath();
    pen.arc(x(shares.length - 1), y(shares[shares.length - 1] ?? middle), 2.5, 0, 7);
    pen.fill();
  }

  private table(site: SiteDescription): Table {
    const { history } = this.store.get();
    const series = history.series('kept', site.name);
    const body: string[][] = [];
    for (let index = series.length - 1; index >= 0 && body.length < RECENT; index--)
      if (!Number.isNaN(series.at(index)))
        body.push([integer(history.column('step').at(index)), percent(series.at(index), 2), percent(1 - site.p, 2)]);
    const picture = `Kept share of ${site.name} up to step ${integer(viewedStep(this.store.get()))}`;
    return { title: `Kept share of ${site.name}, newest first`, picture, head: ['step', 'kept', 'expected'], body };
  }
}

/** The last recorded shares up to an index, oldest first. */
function recent(series: Column, from: number): number[] {
  const shares: number[] = [];
  for (let index = from; index >= 0 && shares.length < RECENT; index--)
    if (!Number.isNaN(series.at(index))) shares.unshift(series.at(index));
  return shares;
}

/** The recorded shares of a range of steps, at most a thousand of them, evenly chosen. */
function within(history: History, series: Column, { from, to }: StepRange): number[] {
  const shares: number[] = [];
  for (let index = Math.max(0, history.indexOf(from)); index <= history.indexOf(to); index++)
    if (!Number.isNaN(series.at(index))) shares.push(series.at(index));
  const every = Math.ceil(shares.length / 1000);
  return shares.filter((_, index) => index % every === 0);
}

/** Percent points of 1 - p as a config has them: 80, 97.5. */
function digits(p: number): number {
  return Number.isInteger(Math.round(p * 1e4) / 100) ? 0 : 1;
}
