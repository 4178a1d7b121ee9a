/**
 * The mask of a site that is no weight, in place of the four panes: the embedding's a cell a word, with the words that
 * were dropped; a locked one (RNNDropout) as a cut through the block of batch x time x features.
 */
import { arrowMoves } from '../shared/arrowMoves.ts';
import type { MaskView } from '../../src/shared/engineContract.ts';
import { drawCells, haloBox, pixelRatio, prepare, write } from '../shared/canvas.ts';
import { pack } from '../shared/colour.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { integer, maskValue, percent } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import { attachTable } from '../shared/dataTable.ts';
import type { Shown } from '../shared/takeAlong.ts';
import { unitOf } from './batchText.ts';
import { droppedWords } from './droppedWords.ts';
import { isNarrow, paneSize, pictureHeight } from './layout.ts';
import { cutOf, tableOfCut, type MaskCut } from './maskCut.ts';
import { pictureOfShares } from './maskPicture.ts';
import { GUTTER } from '../shared/cellPane.ts';
import { constantInWords, variesInWords } from './siteBand.ts';
import { SlabControls } from './slabControls.ts';
import { waitingLabel, waitingSentence } from './waiting.ts';
import { touches, type Changed, type PageState, type Store } from './store.ts';

const AXIS = 16;
/** Height over the cells: one line, and one more where the axes have names. */
const above = ({ axes }: MaskCut) => (axes ? 2 * AXIS : AXIS);

export class MaskPanel {
  readonly root = element('div', { class: 'mask-panel' });
  private readonly store: Store;
  private readonly caption = element('p', { class: 'caption-line' });
  private readonly canvas = element('canvas', {
    id: 'mask',
    role: 'img',
    tabindex: 0,
    'aria-label': 'Mask: not recorded yet',
  });
  private readonly slab: SlabControls;
  private readonly words = element('div', { class: 'mask-side' });
  private readonly body: HTMLElement;
  private readonly say = element('p', { class: 'say' });
  private readonly spoken = element('p', { class: 'unseen', 'aria-live': 'polite' });
  private pointed: { row: number; col: number } | null = null;

  constructor(store: Store) {
    this.store = store;
    this.slab = new SlabControls(() => this.redraw());
    this.body = element('div', { class: 'mask-body' }, this.canvas, this.words);
    this.root.append(this.caption, this.slab.root, this.body, this.say, this.spoken);
    this.canvas.addEventListener('pointermove', (event) => this.point(this.cellUnder(event)));
    this.canvas.addEventListener('pointerleave', () => this.point(null));
    this.canvas.addEventListener('keydown', (event) => this.press(event));
    attachTable(this.canvas, () => this.table());
  }

  update(state: PageState, changed: Changed): void {
    const view = state.mask;
    const waits = view === null && touches(changed, 'summary', 'kept', 'link');
    if (!waits && !touches(changed, 'mask', 'selected', 'trouble', 'description')) return;
    const words = view?.site.kind === 'embedding';
    this.root.style.minHeight = `${pictureHeight()}px`;
    this.words.hidden = !words;
    this.slab.root.hidden = !view || words;
    if (view) {
      this.redraw();
      return;
    }
    const { width, height } = this.size(false);
    prepare(this.canvas, GUTTER + width, AXIS + height);
    this.canvas.setAttribute('aria-label', waitingLabel('Mask', state));
    setText(this.caption, '');
    setText(this.say, state.trouble || waitingSentence(state));
  }

  /** The mask, and the block it is a cut of where it is one. */
  shown(): Shown[] {
    const table = this.table();
    const view = this.store.get().mask;
    if (!table || !view) return [];
    const columns = [{ heading: this.caption.textContent, canvases: [this.canvas] }];
    const mask: Shown = { name: 'mask', title: table.title, columns, table };
    return this.slab.root.hidden ? [mask] : [mask, this.slab.shown(view)];
  }

  private redraw(): void {
    const view = this.store.get().mask;
    const cut = this.cut();
    if (!view || !cut) return;
    const { site } = view;
    const axes = `${constantInWords(site)}, ${variesInWords(site)}.`;
    setText(this.caption, axes.charAt(0).toUpperCase() + axes.slice(1));
    if (cut.volume) this.slab.show(view, cut.volume);
    else
      rebuild(this.words, `${site.name} ${view.step} ${view.kept}`, () => droppedWords(view, unitOf(this.store.get())));
    const what = site.kind === 'embedding' ? `${unitOf(this.store.get())}s` : 'cells';
    this.canvas.setAttribute(
      'aria-label',
      `Mask of ${site.name} at step ${integer(view.step)}: ${percent(view.kept)} of ${integer(site.draws)} ${what} kept, ${constantInWords(site)}${cut.place ? `; ${cut.place}` : ''}.`,
    );
    this.draw(cut);
    this.speak(view, cut);
  }

  private cut(): MaskCut | null {
    const state = this.store.get();
    const view = state.mask;
    if (!view) return null;
    const size = this.size(view.site.kind === 'embedding');
    return cutOf(view, size, { unit: unitOf(state), length: state.description?.config.bptt ?? 1 }, this.slab);
  }

  private size(besideWords: boolean): { width: number; height: number } {
    const page = this.root.clientWidth;
    const side = besideWords && !isNarrow() ? Math.min(280, page * 0.4) + 24 : 0;
    const height = isNarrow() ? 240 : paneSize().height + (besideWords ? 60 : -24);
    return { width: Math.max(160, page - side - GUTTER), height };
  }

  private draw(cut: MaskCut): void {
    const { rows, cols, cell, shares, title, axes, rowLabel, colLabel } = cut;
    const palette = currentPalette();
    const top = above(cut);
    const pen = prepare(this.canvas, GUTTER + cols * cell, top + rows * cell);
    const inks = { dot: pack(palette.dot), hatch: pack(palette.muted), ratio: pixelRatio() };
    if (axes) write(pen, axes, 0, 8, palette.muted);
    drawCells(pen, GUTTER, top, cols * cell, rows * cell, pictureOfShares(shares, rows, cols), inks);
    const every = (least: number) => 2 ** Math.max(0, Math.ceil(Math.log2(least / cell)));
    if (title) write(pen, title, GUTTER, 8, palette.muted);
    else
      for (let col = 0; col < cols; col += every(44)) {
        const text = colLabel(col);
        // The first number stands over its column as far as the edge lets it.
        const half = pen.measureText(text).width / 2;
        const x = Math.min(GUTTER + cols * cell - half, Math.max(GUTTER + half, GUTTER + (col + 0.5) * cell));
        write(pen, text, x, top - 8, palette.muted, 'center');
      }
    for (let row = 0; row < rows; row += every(title ? 40 : 20))
      write(pen, rowLabel(row), GUTTER - 6, top + (row + 0.5) * cell, palette.muted, 'right');
    if (!this.pointed || this.pointed.row >= rows || this.pointed.col >= cols) return;
    const box = Math.max(4, cell);
    haloBox(pen, GUTTER + this.pointed.col * cell - 0.5, top + this.pointed.row * cell - 0.5, box, box);
  }

  private speak(view: MaskView, cut: MaskCut): void {
    const scale = view.site.p < 1 ? maskValue(1 / (1 - view.site.p)) : '0';
    const cell = this.pointed ? cut.describe(this.pointed.row, this.pointed.col) : null;
    const whole = `Kept ${percent(view.kept)} at step ${integer(view.step)}; what is kept is multiplied by ${scale}.`;
    setText(this.say, cell ?? whole);
  }

  private point(cell: { row: number; col: number } | null): void {
    this.pointed = cell;
    const view = this.store.get().mask;
    const cut = this.cut();
    if (!view || !cut) return;
    this.draw(cut);
    this.speak(view, cut);
  }

  private press(event: KeyboardEvent): void {
    const move = arrowMoves[event.key];
    const cut = this.cut();
    if (!cut || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Escape') this.point(null);
    if (!move) return;
    event.preventDefault();
    const { row, col } = this.pointed ?? { row: 0, col: -move[1] };
    const clamp = (value: number, size: number) => Math.max(0, Math.min(size - 1, value));
    this.point({ row: clamp(row + move[0], cut.rows), col: clamp(col + move[1], cut.cols) });
    setText(this.spoken, this.say.textContent);
  }

  private cellUnder(event: PointerEvent): { row: number; col: number } | null {
    const cut = this.cut();
    if (!cut) return null;
    const row = Math.floor((event.offsetY - above(cut)) / cut.cell);
    const col = Math.floor((event.offsetX - GUTTER) / cut.cell);
    return row >= 0 && col >= 0 && row < cut.rows && col < cut.cols ? { row, col } : null;
  }

  private table() {
    const view = this.store.get().mask;
    const cut = this.cut();
    return view && cut ? tableOfCut(view, cut) : null;
  }
}
