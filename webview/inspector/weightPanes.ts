/**
 * The weight's picture: the strip of all of it and the four panes side by side, with their legends and equation rows.
 * Pan, zoom and the cell pointed at are shared by all of them.
 */
import type { WeightView, Window } from '../../src/shared/engineContract.ts';
import { css } from '../shared/colour.ts';
import { element, setText } from '../shared/dom.ts';
import { integer } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import { covers } from '../shared/tile.ts';
import { attachTable } from '../shared/dataTable.ts';
import { EquationRow, sentence, showFacts } from './equation.ts';
import { drawLegend, LEGEND_HEIGHT } from './legend.ts';
import { drawOverview, drawPane } from './paneCanvas.ts';
import { AXIS, GUTTER, STRIP_GUTTER } from '../shared/cellPane.ts';
import { pixelRatio, prepare } from '../shared/canvas.ts';
import type { PictureColumn } from '../shared/composition.ts';
import type { Shown } from '../shared/takeAlong.ts';
import { isNarrow, overviewSize, paneSize } from './layout.ts';
import { waitingLabel, waitingSentence } from './waiting.ts';
import { touches, type Changed, type PageState, type Store } from './store.ts';
import { TileCache } from './tileCache.ts';
import { tileWish, type TileWish } from '../shared/tileWish.ts';
import { openingViewport, windowOf, type PaneSize } from '../shared/viewport.ts';
import { exampleCells, scalesOf, valuesAt, type PaneKind, type Scales } from './weightCells.ts';
import { tableOfOverview, tableOfWindow, weightName } from './weightTable.ts';
import { steerOverview, steerPanes } from '../shared/panePointer.ts';

/** Limits of a colour scale are widened when a live run's are so many times as wide. */
const WIDEN_FROM = 1.5;
const kinds: readonly PaneKind[] = ['raw', 'mask', 'derived', 'gradient'];
const operators = { raw: '', mask: '×', derived: '=', gradient: '→' } as const;
const shortSubtitles = {
  raw: 'learned',
  mask: 'drawn each step',
  derived: 'used',
  gradient: 'backward, same holes',
} as const;
const subtitles = {
  raw: 'what is learned',
  mask: 'drawn anew for every step',
  derived: 'what the LSTM uses',
  gradient: 'backward: reaches raw, same holes',
} as const;

/** Of a weight that no mask is drawn for, or with p 0. */
const plainSubtitles = {
  raw: 'what is learned',
  mask: 'none here',
  derived: 'the same',
  gradient: 'backward',
} as const;

export class WeightPanes {
  readonly root = element('div', { class: 'panes' });
  private readonly store: Store;
  private readonly overview = element('canvas', {
    id: 'overview',
    role: 'img',
    tabindex: 0,
    'aria-label': 'All of the weight: not recorded yet',
  });
  private readonly panes: Record<
    PaneKind,
    { canvas: HTMLCanvasElement; legend: HTMLCanvasElement; second: HTMLElement }
  >;
  private readonly overviewTitle = element('div', { class: 'second small-title' });
  private readonly cursorRow = new EquationRow(false);
  private readonly pinRow = new EquationRow(true);
  private readonly say = element('p', { id: 'say' });
  private readonly spoken = element('p', { class: 'unseen', 'aria-live': 'polite' });
  private readonly facts = element('div', { class: 'facts-line' });
  private readonly scales = new Map<string, Scales>();
  private readonly tiles = new TileCache();

  constructor(store: Store) {
    this.store = store;
    const make = (kind: PaneKind) => ({
      canvas: element('canvas', {
        id: `pane-${kind}`,
        role: 'img',
        tabindex: 0,
        'aria-label': `${kind}: not recorded yet`,
      }),
      legend: element('canvas', { class: 'legend', 'aria-hidden': 'true' }),
      second: element('div', { class: 'caption' }, subtitles[kind]),
    });
    this.panes = { raw: make('raw'), mask: make('mask'), derived: make('derived'), gradient: make('gradient') };
    this.root.append(
      element(
        'div',
        { class: 'overview' },
        this.overviewTitle,
        element('div', { class: 'caption' }, 'max |x| per block'),
        this.overview,
      ),
    );
    for (const kind of kinds) {
      if (kind !== 'raw')
        this.root.append(element('div', { class: `operator before-${kind}`, 'aria-hidden': 'true' }, operators[kind]));
      const { canvas, legend, second } = this.panes[kind];
      const prefix = element('span', { class: 'prefix', 'aria-hidden': 'true' }, operators[kind]);
      const title = element('div', { class: 'pane-title' }, prefix, element('h3', {}, kind));
      this.root.append(element('div', { class: `pane ${kind}` }, title, second, canvas, legend));
      attachTable(canvas, () => {
        const now = this.geometry();
        return now ? tableOfWindow(now.view, kind, now.window) : null;
      });
    }
    this.root.append(...this.cursorRow.cells, ...this.pinRow.cells);
    this.root.append(element('div', { class: 'readout' }, this.say, this.facts, this.spoken));
    const geometry = () => this.geometry();
    // The sentence is written in the next frame; it is spoken only when a key moved the cell, not at every live step.
    const speak = () => requestAnimationFrame(() => setText(this.spoken, this.say.textContent ?? ''));
    steerPanes(
      store,
      kinds.map((kind) => this.panes[kind].canvas),
      geometry,
      speak,
    );
    steerOverview(store, this.overview, geometry);
    attachTable(this.overview, () => {
      const { weight } = store.get();
      return weight && tableOfOverview(weight);
    });
  }

  /** The cells in view with the finest tiles held of them, for drawing, pointers and keys; null before the first tile. */
  geometry(): { view: WeightView; window: Window; size: PaneSize } | null {
    const state = this.store.get();
    if (!state.weight) return null;
    const window = this.windowFor(state, state.weight);
    return { view: this.tiles.best(state.weight, window), window, size: paneSize() };
  }

  /** Keeps a finer tile of the step shown. */
  addTile(view: WeightView): void {
    this.tiles.add(this.store.get().summary?.id ?? '', view);
    this.store.redraw('tiles');
  }

  /** The tile that the cells in view still lack. */
  lacking(): TileWish | null {
    const now = this.geometry();
    if (!now) return null;
    const ratio = pixelRatio();
    const pixels = { width: now.size.width * ratio, height: now.size.height * ratio };
    return tileWish(now.view.shape, now.view.panes.raw.detail, now.window, pixels);
  }

  /** All four pictures with their legends, and each of them with the numbers in view. */
  shown(): Shown[] {
    const now = this.geometry();
    if (!now) return [];
    const { view, window } = now;
    const of = `${weightName(view)} at step ${integer(view.step)}`;
    const column = (kind: PaneKind, heading: string): PictureColumn => {
      const { canvas, legend } = this.panes[kind];
      return { heading, canvases: [canvas, legend] };
    };
    const all = kinds.map((kind) => column(kind, `${operators[kind]} ${kind}`.trim()));
    const strip: PictureColumn = { heading: 'max |x| per block', canvases: [this.overview] };
    const overview = tableOfOverview(view);
    return [
      { name: 'all four', title: `raw, mask, derived, gradient of ${of}`, columns: all, table: null },
      ...kinds.map((kind) => {
        const table = tableOfWindow(view, kind, window);
        return { name: kind, title: table.title, columns: [column(kind, '')], table };
      }),
      { name: 'all of raw', title: overview.title, columns: [strip], table: overview },
    ];
  }

  /** Fixes the colour scales anew to the values of the step shown. */
  rescale(): void {
    this.scales.clear();
    this.store.redraw('size');
  }

  update(state: PageState, changed: Changed): void {
    const waits = state.weight === null && touches(changed, 'summary', 'kept', 'link');
    const drawn = touches(changed, 'weight', 'viewport', 'cursor', 'pin', 'selected', 'trouble', 'description');
    if (!waits && !drawn && !changed.has('tiles')) return;
    const size = paneSize();
    this.reserve(size);
    const view = state.weight;
    if (!view) {
      this.clear(size);
      setText(this.overviewTitle, 'all weights');
      setText(this.say, state.trouble || waitingSentence(state));
      this.cursorRow.show(null, null);
      this.pinRow.show(null, null);
      showFacts(this.facts, null);
      return;
    }
    if (changed.has('weight')) this.tiles.add(state.summary?.id ?? '', view);
    const now = this.geometry();
    if (now) this.draw(state, now.view, now.window, size);
  }

  private draw(state: PageState, view: WeightView, window: Window, size: PaneSize): void {
    const name = weightName(view);
    const key = `${state.summary?.id} ${name}`;
    const scales = this.scalesFor(key, view, state.viewed === null);
    const examples = exampleCells(view, window);
    const shown = (cell: { row: number; col: number } | null) => (cell ? valuesAt(view, cell.row, cell.col) : null);
    const cursor = shown(state.cursor) ?? examples.dropped ?? examples.kept;
    const pin = shown(state.pin) ?? (cursor?.mask === 0 ? examples.kept : examples.dropped);
    for (const [index, kind] of kinds.entries()) {
      const { canvas, legend } = this.panes[kind];
      const gutter = index === 0 || (isNarrow() && index === 2) ? GUTTER : 0;
      drawPane(canvas, { view, kind, window, size, gutter, scales, cursor, pin });
      const inWords = drawLegend(legend, view, kind, size.width, scales, reducerOf(view, kind, window));
      const cells = `rows ${window.row} to ${window.row + window.rows - 1}, columns ${window.col} to ${window.col + window.cols - 1}`;
      canvas.setAttribute('aria-label', `${kind} of ${name} at step ${integer(view.step)}, ${cells}. ${inWords}`);
    }
    drawOverview(this.overview, { view, window, scales, ...overviewSize(size) });
    const all = integer(view.facts.cells);
    this.overview.setAttribute(
      'aria-label',
      `All ${all} raw weights at step ${integer(view.step)}, largest magnitude of each block.`,
    );
    // A longer number leaves no room for the word.
    setText(this.overviewTitle, `${view.facts.cells < 1e6 ? 'all ' : ''}${all} weights`);
    this.cursorRow.show(view, cursor);
    this.pinRow.show(view, pin);
    const readable = cursor
      ? sentence(view, cursor)
      : 'Zoom in to read single cells: each cell drawn here stands for several.';
    setText(this.say, state.trouble ? staleSentence(state.trouble, view.step) : readable);
    showFacts(this.facts, view);
  }

  /**
   * Fixed at the first step seen, so that colours keep their meaning while one goes back and forth. Only a live run that
   * has left them far behind widens them, or nearly every cell would be clipped.
   */
  private scalesFor(key: string, view: WeightView, follows: boolean): Scales {
    const now = scalesOf(view);
    const held = this.scales.get(key) ?? now;
    const wider = (kept: number, newest: number) => (follows && newest > WIDEN_FROM * kept ? newest : kept);
    const scales = { raw: wider(held.raw, now.raw), gradient: wider(held.gradient, now.gradient) };
    this.scales.set(key, scales);
    return scales;
  }

  private windowFor(state: PageState, view: WeightView): Window {
    const size = paneSize();
    return windowOf(state.viewport ?? openingViewport(view.shape, view.gates, size), view.shape, size);
  }

  /** Frames where the pictures will be: nothing of another run or site may stay. */
  private clear(size: PaneSize): void {
    for (const kind of kinds) {
      const { canvas, legend } = this.panes[kind];
      const gutter = Number(canvas.dataset['gutter'] ?? 0);
      const pen = prepare(canvas, gutter + size.width, AXIS + size.height);
      pen.strokeStyle = css(currentPalette().hairline);
      pen.strokeRect(gutter + 0.5, AXIS + 0.5, size.width - 1, size.height - 1);
      prepare(legend, size.width, LEGEND_HEIGHT);
      canvas.setAttribute('aria-label', waitingLabel(kind, this.store.get()));
    }
    const { width, height } = overviewSize(size);
    const pen = prepare(this.overview, STRIP_GUTTER + width, AXIS + height);
    pen.strokeStyle = css(currentPalette().hairline);
    pen.strokeRect(STRIP_GUTTER + 0.5, AXIS + 0.5, width - 1, height - 1);
    this.overview.setAttribute('aria-label', waitingLabel('All of the weight', this.store.get()));
  }

  /** Takes the room of the pictures before they are there, so that nothing moves when they come. */
  private reserve(size: PaneSize): void {
    const narrow = isNarrow();
    for (const [index, kind] of kinds.entries()) {
      const { canvas, legend, second } = this.panes[kind];
      const gutter = index === 0 || (narrow && index === 2) ? GUTTER : 0;
      setText(second, subtitleOf(kind, size.width, this.store.get()));
      canvas.style.width = `${gutter + size.width}px`;
      canvas.style.height = `${AXIS + size.height}px`;
      canvas.dataset['gutter'] = String(gutter);
      legend.style.marginLeft = `${gutter}px`;
      legend.style.width = `${size.width}px`;
    }
  }
}

/** How the cells drawn stand for those of the weight; "" when each is one. */
function reducerOf(view: WeightView, kind: PaneKind, window: Window): string {
  const { detail, overview } = view.panes[kind];
  const { blockRows, blockCols, reducer } = covers(detail, window) ? detail : overview;
  if (reducer === 'exact') return '';
  return `${reducer === 'mean' ? 'kept share' : 'max |x|'} per ${blockRows} × ${blockCols}`;
}

/** What fits over a pane of that width. */
function subtitleOf(kind: PaneKind, width: number, { weight, description }: PageState): string {
  if (weight && (weight.mask === '' || weight.p === 0)) return plainSubtitles[kind];
  const granularity = description?.sites.find(({ name }) => name === weight?.mask)?.granularity ?? 'element';
  if (kind === 'mask' && granularity !== 'element')
    return `whole ${granularity}s${width < 144 ? '' : ', every step anew'}`;
  const room = kind === 'gradient' ? 180 : 144;
  return width < room ? shortSubtitles[kind] : subtitles[kind];
}

/** The picture stays when newer numbers cannot be had, with the reason and its own step. */
function staleSentence(trouble: string, step: number): string {
  return `Newer numbers could not be read: ${trouble} (shown: step ${integer(step)})`;
}
