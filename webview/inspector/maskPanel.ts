/**
 * The mask of a site that is no weight, in place of the four panes. A locked mask (RNNDropout) is drawn batch x feature:
 * a scrubber walks through time and small multiples repeat it, so that one sees it is the same at every step. The
 * embedding's mask is drawn a cell a word, with the words dropped.
 */
import type { MaskView } from '../../src/shared/engineContract.ts';
import { drawCells, haloBox, pixelRatio, prepare, write } from '../shared/canvas.ts';
import { mix, pack } from '../shared/colour.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { count, integer, maskValue, percent } from '../shared/format.ts';
import { EMPTY, HOLE, type CellPicture } from '../shared/heatmap.ts';
import { currentPalette } from '../shared/theme.ts';
import { blocksOf, shareTile } from '../shared/tile.ts';
import { attachTable } from './dataTable.ts';
import { isNarrow, paneSize, pictureHeight } from './layout.ts';
import { GUTTER } from './paneCanvas.ts';
import { constantInWords, shortName, variesInWords } from './siteBand.ts';
import { touches, type Changed, type PageState, type Store } from './store.ts';

const AXIS = 16;
const MULTIPLES = 4;
const MOST_WORDS = 60;

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
  private readonly side = element('div', { class: 'mask-side' });
  private readonly slider = element('input', {
    type: 'range',
    min: 1,
    value: 1,
    'aria-label': 'Time step of the batch',
  });
  private readonly time = element('span', { class: 'number' });
  private readonly multiples = Array.from({ length: MULTIPLES }, () => element('canvas', { 'aria-hidden': 'true' }));
  private readonly body = element('div', { class: 'mask-body' }, this.canvas, this.side);
  private readonly say = element('p', { class: 'say' });
  private readonly spoken = element('p', { class: 'unseen', 'aria-live': 'polite' });
  private pointed: { row: number; col: number } | null = null;

  constructor(store: Store) {
    this.store = store;
    this.slider.addEventListener('input', () => store.redraw('size'));
    this.root.append(this.caption, this.body, this.say, this.spoken);
    this.canvas.addEventListener('pointermove', (event) => this.point(this.cellUnder(event)));
    this.canvas.addEventListener('pointerleave', () => this.point(null));
    this.canvas.addEventListener('keydown', (event) => this.press(event));
    attachTable(this.canvas, () => this.table());
  }

  update(state: PageState, changed: Changed): void {
    if (!touches(changed, 'mask', 'selected', 'trouble', 'description')) return;
    const view = state.mask;
    this.root.style.minHeight = `${pictureHeight()}px`;
    this.body.classList.toggle('stacked', view?.site.kind !== 'embedding');
    this.root.classList.toggle('blank', !view);
    if (!view) {
      const size = this.size(null);
      prepare(this.canvas, GUTTER + size.width, AXIS + size.height);
      setText(this.caption, '');
      setText(this.say, state.trouble || 'Waiting for the first recorded step.');
      this.side.replaceChildren();
      delete this.side.dataset['key'];
      return;
    }
    const { site } = view;
    setText(
      this.caption,
      `${shortName(site.name)}: ${constantInWords(site)}, ${variesInWords(site)}. Step ${integer(view.step)}, ${view.mode} mode.`,
    );
    this.draw(view);
    if (site.kind === 'embedding') this.showWords(view);
    else this.showTime(view, state);
    const what = site.kind === 'embedding' ? 'words' : 'cells';
    this.canvas.setAttribute(
      'aria-label',
      `Mask of ${site.name} at step ${integer(view.step)}: ${percent(view.kept)} of ${integer(site.draws)} ${what} kept, ${constantInWords(site)}.`,
    );
    this.speak(view);
  }

  /** Rows and columns as drawn: the embedding's long column is wrapped to fill the width. */
  private grid(view: MaskView): { rows: number; cols: number; cell: number; wrapped: boolean } {
    const { width, height } = this.size(view);
    const blocks = blocksOf(view.tile);
    if (view.site.kind !== 'embedding') {
      const cell = Math.max(0.25, Math.min(18, width / blocks.cols, height / blocks.rows));
      return { ...blocks, cell, wrapped: false };
    }
    let cell = 18;
    while (cell > 1 && Math.floor(width / cell) * Math.floor(height / cell) < blocks.rows) cell--;
    const cols = Math.min(blocks.rows, Math.floor(width / cell));
    return { rows: Math.ceil(blocks.rows / cols), cols, cell, wrapped: true };
  }

  private size(view: MaskView | null): { width: number; height: number } {
    const pane = paneSize();
    const page = this.root.clientWidth;
    const stacked = isNarrow() || view?.site.kind !== 'embedding';
    const side = stacked ? 0 : Math.min(280, page * 0.4) + 24;
    return { width: Math.max(160, page - side - GUTTER), height: isNarrow() ? 240 : pane.height + (stacked ? 0 : 60) };
  }

  private draw(view: MaskView): void {
    const palette = currentPalette();
    const { rows, cols, cell, wrapped } = this.grid(view);
    const pen = prepare(this.canvas, GUTTER + cols * cell, AXIS + rows * cell);
    const picture = pictureOf(view, rows, cols);
    const inks = { dot: pack(palette.dot), hatch: pack(palette.muted), ratio: pixelRatio() };
    drawCells(pen, GUTTER, AXIS, cols * cell, rows * cell, picture, inks);
    const { tile } = view;
    const every = (size: number, least: number) => 2 ** Math.max(0, Math.ceil(Math.log2(least / size)));
    const colStep = every(cell, 44);
    if (!wrapped)
      for (let col = 0; col < cols; col += colStep)
        write(
          pen,
          String(tile.window.col + col * tile.blockCols),
          GUTTER + (col + 0.5) * cell,
          8,
          palette.muted,
          'center',
        );
    else write(pen, 'a cell a word, in the order of the vocabulary', GUTTER, 8, palette.muted);
    const rowStep = every(cell, wrapped ? 40 : 20);
    for (let row = 0; row < rows; row += rowStep) {
      const label = wrapped ? tile.window.row + row * cols * tile.blockRows : tile.window.row + row * tile.blockRows;
      write(pen, integer(label), GUTTER - 6, AXIS + (row + 0.5) * cell, palette.muted, 'right');
    }
    if (this.pointed && this.pointed.row < rows && this.pointed.col < cols)
      haloBox(
        pen,
        GUTTER + this.pointed.col * cell - 0.5,
        AXIS + this.pointed.row * cell - 0.5,
        Math.max(4, cell),
        Math.max(4, cell),
      );
    for (const canvas of this.multiples) {
      const scale = Math.min(3, 200 / cols, 60 / rows);
      const small = prepare(canvas, Math.max(8, cols * scale), Math.max(8, rows * scale));
      drawCells(small, 0, 0, Math.max(8, cols * scale), Math.max(8, rows * scale), picture, inks);
    }
  }

  /** The scrubber and the small multiples of a mask that is locked over time. */
  private showTime(view: MaskView, state: PageState): void {
    const constant = view.site.constantAlong.find(({ axis }) => axis === 'time');
    const steps = constant?.size ?? state.description?.config.bptt ?? 1;
    const moments = Array.from(
      { length: MULTIPLES },
      (_, index) => 1 + Math.round((index * (steps - 1)) / (MULTIPLES - 1)),
    );
    rebuild(this.side, `time ${view.site.name} ${steps}`, () => {
      this.slider.max = String(steps);
      const label = element(
        'label',
        { class: 'time' },
        element('span', { class: 'second' }, 'time step '),
        this.time,
        this.slider,
      );
      const small = this.multiples.map((canvas, index) =>
        element('figure', {}, canvas, element('figcaption', {}, `t = ${moments[index]}`)),
      );
      const sentence = constant
        ? `One draw for the whole sequence: the same ${view.site.shape[0]} × ${view.site.shape.at(-1)} cells at all ${steps} time steps.`
        : 'This mask is not constant along time: locked over the wrong axis?';
      return [
        label,
        element('p', { class: 'second small' }, sentence),
        element('div', { class: 'multiples' }, ...small),
      ];
    });
    setText(this.time, `${this.slider.value} of ${steps}`);
  }

  private showWords(view: MaskView): void {
    const words = view.droppedWords ?? [];
    const inBatch = words.filter((entry) => entry.inBatch > 0);
    rebuild(this.side, `words ${view.step} ${words.length}`, () => {
      const item = ({ word, inBatch: times }: { word: string; inBatch: number }) =>
        element('li', {}, element('s', {}, word), times > 0 ? element('span', { class: 'second' }, ` ${times}×`) : '');
      const dropped = Math.round((1 - view.kept) * view.site.draws);
      return [
        element('h3', {}, `${count(dropped, 'word')} of ${integer(view.site.draws)} dropped`),
        element(
          'p',
          { class: 'second small' },
          inBatch.length > 0
            ? `${integer(inBatch.length)} of them in this batch, most frequent first`
            : 'none of them in this batch',
        ),
        element(
          'ul',
          { class: 'words', tabindex: 0, 'aria-label': 'Dropped words' },
          ...words.slice(0, MOST_WORDS).map(item),
        ),
        words.length > MOST_WORDS
          ? element('p', { class: 'second small' }, `and ${integer(words.length - MOST_WORDS)} more`)
          : '',
      ];
    });
  }

  private speak(view: MaskView): void {
    const cell = this.pointed ? this.describe(view, this.pointed) : null;
    const scale = view.site.p < 1 ? maskValue(1 / (1 - view.site.p)) : '0';
    setText(
      this.say,
      cell ?? `Kept ${percent(view.kept)} at step ${integer(view.step)}; what is kept is multiplied by ${scale}.`,
    );
  }

  private describe(view: MaskView, { row, col }: { row: number; col: number }): string | null {
    const { rows, cols, wrapped } = this.grid(view);
    const { tile, site } = view;
    const at = row * cols + col;
    const value = shareTile(tile).data[at];
    if (row >= rows || col >= cols || value === undefined) return null;
    const exact = tile.reducer === 'exact';
    const fate = exact ? (value === 0 ? 'dropped' : 'kept') : `${percent(value)} kept`;
    if (wrapped) {
      const label = view.rowLabels?.[at];
      const id = tile.window.row + at * tile.blockRows;
      return `${label ? `"${label}" (word ${integer(id)})` : `Word ${integer(id)}`}: ${fate} at step ${integer(view.step)}, all ${site.constantAlong[0]?.size ?? ''} of its features.`;
    }
    const time = site.constantAlong.find(({ axis }) => axis === 'time');
    const when = time ? `, at all ${time.size} time steps` : '';
    return `Batch row ${tile.window.row + row * tile.blockRows}, feature ${tile.window.col + col * tile.blockCols}: ${fate} at step ${integer(view.step)}${when}.`;
  }

  private point(cell: { row: number; col: number } | null): void {
    this.pointed = cell;
    const view = this.store.get().mask;
    if (!view) return;
    this.draw(view);
    this.speak(view);
  }

  private press(event: KeyboardEvent): void {
    const moves: Record<string, [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const move = moves[event.key];
    const view = this.store.get().mask;
    if (!view || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Escape') this.point(null);
    if (!move) return;
    event.preventDefault();
    const { rows, cols } = this.grid(view);
    const { row, col } = this.pointed ?? { row: 0, col: -move[1] };
    const clamp = (value: number, size: number) => Math.max(0, Math.min(size - 1, value));
    this.point({ row: clamp(row + move[0], rows), col: clamp(col + move[1], cols) });
    setText(this.spoken, this.say.textContent ?? '');
  }

  private cellUnder(event: PointerEvent): { row: number; col: number } | null {
    const view = this.store.get().mask;
    if (!view) return null;
    const { rows, cols, cell } = this.grid(view);
    const row = Math.floor((event.offsetY - AXIS) / cell);
    const col = Math.floor((event.offsetX - GUTTER) / cell);
    return row >= 0 && col >= 0 && row < rows && col < cols ? { row, col } : null;
  }

  private table() {
    const view = this.store.get().mask;
    if (!view) return null;
    const { rows, cols } = blocksOf(view.tile);
    const shownRows = Math.min(rows, 500);
    const shownCols = Math.min(cols, 64);
    const cut = shownRows < rows || shownCols < cols ? `, the first ${shownRows} rows and ${shownCols} columns` : '';
    const body = Array.from({ length: shownRows }, (_, row) => [
      view.rowLabels?.[row] ?? String(view.tile.window.row + row),
      ...Array.from({ length: shownCols }, (_, col) => maskValue(view.tile.data[row * cols + col] ?? NaN)),
    ]);
    return {
      title: `Mask of ${view.site.name} at step ${integer(view.step)}${cut}`,
      head: ['row', ...Array.from({ length: shownCols }, (_, col) => String(view.tile.window.col + col))],
      body,
    };
  }
}

function pictureOf(view: MaskView, rows: number, cols: number): CellPicture {
  const palette = currentPalette();
  const kept = pack(palette.kept);
  const shares = shareTile(view.tile).data;
  const colours = new Uint32Array(rows * cols).fill(EMPTY);
  for (let index = 0; index < shares.length && index < colours.length; index++) {
    const share = shares[index] ?? NaN;
    colours[index] = share === 0 ? HOLE : share === 1 ? kept : pack(mix(palette.background, palette.kept, share));
  }
  return { rows, cols, colours };
}
