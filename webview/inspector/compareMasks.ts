/**
 * One site's masks of both runs at the step viewed, laid over each other: the picture of as many cells as fit (where the
 * panes stand, when they show that weight), the counts of all, and in words how the two belong together.
 */
import { arrowMoves } from '../shared/arrowMoves.ts';
import type { Table } from '../shared/dataTable.ts';
import { attachTable } from '../shared/dataTable.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { integer, percent, probability } from '../shared/format.ts';
import type { Shown } from '../shared/takeAlong.ts';
import { fates, pairMasks, relationInWords, type Fate, type MaskPair, type MaskSource } from './comparedMasks.ts';
import { cellAt, maskWindow, type MaskWindow } from './comparedWindow.ts';
import { cellUnder, drawMaskPair, fateNames } from './compareMaskPicture.ts';
import { paneSize } from './layout.ts';
import { shortName } from './siteBand.ts';
import { openingViewport } from '../shared/viewport.ts';
import { commonStep, type PageState, type Store } from './store.ts';

/** Drawing the masks of a live run takes at most one part in so many of the time. */
const DRAWING_SHARE = 20;

const fateOrder = ['both', 'onlyA', 'onlyB', 'neither'] as const;

export class CompareMasks {
  readonly root: HTMLElement;
  private readonly store: Store;
  private readonly pick = element('select', { class: 'pick', 'aria-label': 'Site compared' });
  private readonly second = element('p', { class: 'caption' });
  private readonly say = element('p', { class: 'small' });
  private readonly spoken = element('p', { class: 'unseen', 'aria-live': 'polite' });
  private readonly canvas = element('canvas', {
    id: 'compare-mask',
    role: 'img',
    tabindex: 0,
    'aria-label': 'Masks of both runs: not drawn yet',
  });
  private pointed: { row: number; col: number } | null = null;
  /** What was drawn last, of which site and sources and at which step. */
  private held: { readonly of: string; readonly step: number; readonly pair: MaskPair | string } = {
    of: '',
    step: 0,
    pair: '',
  };
  private drawnMs = -Infinity;
  private costMs = 0;
  /** Draws what was left out, once its turn has come. */
  private later: ReturnType<typeof setTimeout> | null = null;

  constructor(store: Store) {
    this.store = store;
    this.pick.addEventListener('change', () => store.set({ comparedSite: this.pick.value }));
    this.root = element(
      'div',
      { class: 'compare-masks' },
      element('div', { class: 'line' }, element('h3', {}, 'Masks'), this.pick),
      this.second,
      this.canvas,
      this.say,
      this.spoken,
    );
    this.canvas.addEventListener('pointermove', ({ offsetX, offsetY }) => {
      const seen = this.window();
      this.point(seen && cellUnder(seen, offsetX, offsetY));
    });
    this.canvas.addEventListener('pointerleave', () => this.point(null));
    this.canvas.addEventListener('keydown', (event) => this.press(event));
    attachTable(this.canvas, () => this.table());
  }

  update(state: PageState): void {
    const sites = state.description?.sites ?? [];
    rebuild(this.pick, sites.map(({ name }) => name).join(), () =>
      sites.map(({ name }) => element('option', { value: name }, shortName(name))),
    );
    this.pick.value = siteOf(state);
    this.draw();
    // Of what is in the picture: while a run is followed the next one may not have been drawn yet.
    const pair = this.pair();
    const step = typeof pair === 'string' ? commonStep(state) : pair.step;
    setText(this.second, state.other && step > 0 ? `${sourceInWords(state)}, step ${integer(step)}` : '');
  }

  shown(): Shown[] {
    const table = this.table();
    if (!table) return [];
    const title = table.picture ?? table.title;
    return [{ name: 'masks', title, columns: [{ heading: '', canvases: [this.canvas] }], table }];
  }

  /** Both masks, drawn anew only when what they are drawn from is another. */
  private pair(): MaskPair | string {
    const state = this.store.get();
    const name = siteOf(state);
    const step = commonStep(state);
    const [a, b] = sourcesOf(state);
    if (!a || !b || step === 0) return '';
    const of = JSON.stringify([name, a, b]);
    if (of === this.held.of && step === this.held.step) return this.held.pair;
    // What a person chose is drawn at once.
    const follows = of === this.held.of && state.viewed === null;
    const early = this.drawnMs + DRAWING_SHARE * this.costMs - performance.now();
    if (follows && early > 0) {
      this.later ??= setTimeout(() => {
        this.later = null;
        this.update(this.store.get());
      }, early);
      return this.held.pair;
    }
    const began = performance.now();
    this.held = { of, step, pair: pairMasks(name, step, a, b) };
    this.drawnMs = performance.now();
    this.costMs = this.drawnMs - began;
    return this.held.pair;
  }

  private window(): MaskWindow | null {
    const pair = this.pair();
    if (typeof pair === 'string') return null;
    const corner = cornerOf(this.store.get());
    return maskWindow(pair, this.width(), { row: Math.floor(corner.row), col: Math.floor(corner.col) });
  }

  private width(): number {
    return Math.max(160, this.root.clientWidth);
  }

  private draw(): void {
    const pair = this.pair();
    const seen = this.window();
    drawMaskPair(this.canvas, this.width(), typeof pair === 'string' ? null : pair, seen, this.pointed);
    const [a, b] = sourcesOf(this.store.get());
    if (typeof pair === 'string' || !a || !b || !seen) {
      setText(this.say, typeof pair === 'string' ? pair : '');
      this.canvas.setAttribute('aria-label', `Masks of both runs: 0 drawn. ${this.say.textContent}`);
      return;
    }
    const whole = `${relationInWords(pair, a, b)} ${seenInWords(pair, seen)}`;
    const words = this.pointed ? cellInWords(pair, seen, this.pointed) : '';
    setText(this.say, words || whole);
    const counts = fateOrder.map((fate) => `${fateNames[fate]} ${integer(pair.counts[fate])}`).join(', ');
    this.canvas.setAttribute(
      'aria-label',
      `Masks of ${siteOf(this.store.get())} in both runs at step ${integer(pair.step)}: ${counts}. ${whole}`,
    );
  }

  private point(cell: { row: number; col: number } | null): void {
    this.pointed = cell;
    this.draw();
  }

  private press(event: KeyboardEvent): void {
    const move = arrowMoves[event.key];
    const seen = this.window();
    if (!seen || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Escape' && this.pointed) {
      event.preventDefault();
      this.point(null);
    }
    if (!move) return;
    event.preventDefault();
    const { row, col } = this.pointed ?? { row: 0, col: -move[1] };
    const clamp = (value: number, size: number) => Math.max(0, Math.min(size - 1, value));
    this.point({ row: clamp(row + move[0], seen.rows), col: clamp(col + move[1], seen.cols) });
    setText(this.spoken, this.say.textContent);
  }

  private table(): Table | null {
    const pair = this.pair();
    if (typeof pair === 'string') return null;
    const state = this.store.get();
    const name = siteOf(state);
    return {
      title: `Cells of the masks of ${name} in both runs at step ${integer(pair.step)}`,
      picture: `Masks of ${name} in both runs at step ${integer(pair.step)}`,
      head: ['fate', 'cells', 'share'],
      body: fateOrder.map((fate) => [
        fateNames[fate],
        integer(pair.counts[fate]),
        percent(pair.counts[fate] / pair.cells.length, 2),
      ]),
    };
  }
}

/** The site chosen here, else the one shown in the page, else the first. */
function siteOf({ description, comparedSite, selected }: PageState): string {
  const sites = description?.sites ?? [];
  const of = (name: string) => sites.find((site) => site.name === name);
  return (of(comparedSite) ?? of(selected) ?? sites[0])?.name ?? '';
}

/** Where the panes stand when they show the same weight. */
function cornerOf(state: PageState): { readonly row: number; readonly col: number } {
  const { viewport, selected, weight } = state;
  if (siteOf(state) !== selected || !weight) return { row: 0, col: 0 };
  return viewport ?? openingViewport(weight.shape, weight.gates, paneSize());
}

function sourcesOf(state: PageState): [MaskSource | null, MaskSource | null] {
  const name = siteOf(state);
  const of = (description: PageState['description']): MaskSource | null =>
    description && {
      site: description.sites.find((site) => site.name === name) ?? null,
      seed: description.config.seed,
    };
  return [of(state.description), of(state.other?.description ?? null)];
}

/** "p 0.20 in A, 0.50 in B". */
function sourceInWords(state: PageState): string {
  const [a, b] = sourcesOf(state);
  const p = (source: MaskSource | null) => (source?.site ? probability(source.site.p) : 'none');
  return `p ${p(a)} in A, ${p(b)} in B`;
}

function seenInWords(pair: MaskPair, { rows, cols, row, col, wrapped }: MaskWindow): string {
  const cells = Math.min(pair.cells.length, rows * cols);
  if (cells === pair.cells.length) return '';
  if (wrapped > 0) return `Shown: the first ${integer(cells)} of ${integer(pair.cells.length)} cells.`;
  return `Shown: rows ${integer(row)}–${integer(row + rows - 1)}, columns ${integer(col)}–${integer(col + cols - 1)} of ${integer(pair.rows)} × ${integer(pair.cols)}.`;
}

/** "Row 12, column 4: kept in A, dropped in B." */
function cellInWords(pair: MaskPair, seen: MaskWindow, { row, col }: { row: number; col: number }): string {
  const index = cellAt(pair, seen, row, col);
  if (index < 0) return '';
  const where =
    seen.wrapped > 0
      ? `Cell ${integer(index)}`
      : `Row ${integer(Math.floor(index / pair.cols))}, column ${integer(index % pair.cols)}`;
  const fate = pair.cells[index] ?? fates.neither;
  const told: Record<Fate, string> = {
    both: 'kept in both',
    onlyA: 'kept in A, dropped in B',
    onlyB: 'dropped in A, kept in B',
    neither: 'dropped in both',
  };
  return `${where}: ${told[fateOrder.find((name) => fates[name] === fate) ?? 'neither']}.`;
}
