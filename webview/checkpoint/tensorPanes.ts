/**
 * The picture of the selected tensor: the strip of all of it and its panes, one for a tensor that stands alone, raw × mask =
 * derived for a pair. Pan, zoom and the cell in hand are shared by all of them.
 */
import type { CheckpointPicture } from '../../src/shared/checkpointContract.ts';
import type { Window } from '../../src/shared/engineContract.ts';
import { pixelRatio } from '../shared/canvas.ts';
import { cellNumber, drawCellPane, drawCellStrip, GUTTER, STRIP_GUTTER } from '../shared/cellPane.ts';
import type { PictureColumn } from '../shared/composition.ts';
import { attachTable } from '../shared/dataTable.ts';
import { element, setText } from '../shared/dom.ts';
import { showAll, steerOverview, steerPanes, zoomAbout } from '../shared/panePointer.ts';
import { icon, type IconName } from '../shared/icons.ts';
import type { Shown } from '../shared/takeAlong.ts';
import { currentPalette } from '../shared/theme.ts';
import { covers } from '../shared/tile.ts';
import { tileWish } from '../shared/tileWish.ts';
import { CELL, openingViewport, windowOf, type PaneSize } from '../shared/viewport.ts';
import { gateLetters } from '../shared/gates.ts';
import { cellSentence } from './cellSentence.ts';
import { tableOfCells, titleOf } from './cellTable.ts';
import { cellsOf, cellValue, kindsOf, paneOf, type PaneKind } from './paneCells.ts';
import { PaneStore } from './paneStore.ts';
import { PicturePull, type AskPicture } from './picturePull.ts';
import { drawScale } from './scaleBar.ts';

const kinds: readonly PaneKind[] = ['raw', 'mask', 'derived'];
const operators = { raw: '', mask: '×', derived: '=' } as const;
const subtitles = { raw: 'what is learned', mask: 'derived / raw', derived: 'what was used last' } as const;
/** Narrower, panes stand over one another and the strip leaves. */
const STRIP_FROM = 560;
const STRIP = 96;

interface Geometry {
  readonly view: CheckpointPicture;
  readonly window: Window;
  readonly size: PaneSize;
}

export class TensorPanes {
  readonly root: HTMLElement;
  private readonly store = new PaneStore(() => this.draw());
  private readonly pull: PicturePull;
  private readonly strip = element('canvas', { role: 'img', tabindex: 0, 'aria-label': 'All of the tensor' });
  private readonly stripSecond = element('div', { class: 'caption' });
  private readonly stripBox: HTMLElement;
  private readonly panes: Record<
    PaneKind,
    { box: HTMLElement; title: HTMLElement; second: HTMLElement; canvas: HTMLCanvasElement; scale: HTMLCanvasElement }
  >;
  private readonly row = element('div', { class: 'panes' });
  private readonly say = element('p', { class: 'say' });
  private readonly spoken = element('p', { class: 'unseen', 'aria-live': 'polite' });
  readonly tools: HTMLElement;

  constructor(ask: AskPicture) {
    this.pull = new PicturePull(
      ask,
      (picture) => this.store.set({ picture, trouble: '' }),
      (trouble) => this.store.set({ trouble }),
    );
    const make = (kind: PaneKind) => {
      const canvas = element('canvas', { role: 'img', tabindex: 0, 'aria-label': `${kind}: not read yet` });
      const scale = element('canvas', { class: 'scale', 'aria-hidden': 'true' });
      const title = element('h3', {}, kind);
      const second = element('div', { class: 'caption' }, subtitles[kind]);
      const sign = element('span', { class: 'sign', 'aria-hidden': 'true' }, operators[kind]);
      const box = element(
        'div',
        { class: 'pane' },
        element('div', { class: 'pane-title' }, sign, title),
        second,
        canvas,
        scale,
      );
      attachTable(canvas, () => {
        const now = this.geometry();
        return now && tableOfCells(now.view, kind, now.window);
      });
      return { box, title, second, canvas, scale };
    };
    this.panes = { raw: make('raw'), mask: make('mask'), derived: make('derived') };
    this.stripBox = element(
      'div',
      { class: 'strip' },
      element('div', { class: 'pane-title' }, element('h3', {}, 'all')),
      this.stripSecond,
      this.strip,
    );
    this.row.append(this.stripBox, ...kinds.map((kind) => this.panes[kind].box));
    const geometry = () => this.geometry();
    const tool = (name: IconName, label: string, click: () => void) =>
      element('button', { class: 'tool', title: label, 'aria-label': label, click }, icon(name));
    this.tools = element(
      'span',
      { class: 'tools' },
      tool('zoomOut', 'Zoom out (−)', () => zoomAbout(this.store, -1, geometry)),
      tool('zoomIn', 'Zoom in (+)', () => zoomAbout(this.store, 1, geometry)),
      tool('showAll', 'Show all (0)', () => showAll(this.store, geometry)),
    );
    // Written in the next frame; spoken only when a key moved the cell.
    const speak = () => requestAnimationFrame(() => setText(this.spoken, this.say.textContent));
    const canvases = kinds.map((kind) => this.panes[kind].canvas);
    steerPanes(this.store, canvases, geometry, speak);
    steerOverview(this.store, this.strip, geometry);
    this.root = element('div', { class: 'picture' }, this.row, this.say, this.spoken);
  }

  /** Shows a tensor, or none with "". */
  show(name: string): void {
    // Nothing moves while the next one is read.
    this.root.style.minHeight = `${this.root.offsetHeight}px`;
    this.store.reset();
    this.pull.start(name);
  }

  redraw(): void {
    this.store.redraw();
  }

  /** All panes together, and each with the numbers in view. */
  shown(): Shown[] {
    const now = this.geometry();
    if (!now) return [];
    const { view, window } = now;
    const column = (kind: PaneKind, heading: string): PictureColumn => ({
      heading,
      canvases: [this.panes[kind].canvas, this.panes[kind].scale],
    });
    const each = kindsOf(view).map((kind) => {
      const table = tableOfCells(view, kind, window);
      return { name: kind, title: table.title, columns: [column(kind, '')], table };
    });
    if (!view.pair) return each;
    const all = kinds.map((kind) => column(kind, `${operators[kind]} ${kind}`.trim()));
    return [{ name: 'all three', title: `raw, mask, derived of ${view.name}`, columns: all, table: null }, ...each];
  }

  private geometry(): Geometry | null {
    const { picture, viewport } = this.store.get();
    if (!picture) return null;
    const { shape, gates } = picture;
    const size = this.sizeFor(picture);
    return { view: picture, window: windowOf(viewport ?? openingViewport(shape, gates, size), shape, size), size };
  }

  private get narrow(): boolean {
    return this.root.clientWidth < STRIP_FROM;
  }

  /** As many cells as fit beside one another and into the window, and no more than there are. */
  private sizeFor(picture: CheckpointPicture): PaneSize {
    const { narrow } = this;
    const count = narrow ? 1 : kindsOf(picture).length;
    const room = this.root.clientWidth - GUTTER - (narrow ? 4 : STRIP_GUTTER + STRIP + 24 + (count - 1) * 24);
    const cols = Math.max(6, Math.min(count === 1 ? 64 : 32, Math.floor(room / count / CELL)));
    const rows = narrow ? 12 : Math.max(12, Math.min(32, Math.floor((window.innerHeight - 420) / CELL)));
    return {
      width: CELL * Math.min(cols, Math.max(8, picture.shape[1])),
      height: CELL * Math.min(rows, Math.max(2, picture.shape[0])),
    };
  }

  private draw(): void {
    const { picture, trouble, cursor, pin } = this.store.get();
    const now = this.geometry();
    this.row.hidden = !now;
    this.tools.hidden = !now;
    if (!picture || !now) {
      setText(this.say, trouble === '' ? 'Reading this tensor…' : trouble);
      if (trouble !== '') this.root.style.minHeight = '';
      return;
    }
    const { window, size } = now;
    const { shape } = picture;
    const gates = picture.gates ? gateLetters : null;
    const ratio = pixelRatio();
    const palette = currentPalette();
    const shown = kindsOf(picture);
    for (const kind of kinds) {
      const { box, canvas, scale, second, title } = this.panes[kind];
      box.hidden = !shown.includes(kind);
      if (box.hidden) continue;
      const gutter = kind === 'raw' || this.narrow ? GUTTER : 0;
      const cells = cellsOf(picture, kind, window, size.height * ratio, size.width * ratio, palette);
      const textOf = (row: number, col: number) => {
        const value = cellValue(picture, kind, row, col);
        return value === null || (kind !== 'raw' && value === 0) ? '' : cellNumber(value);
      };
      drawCellPane(canvas, { picture: cells, window, shape, size, gutter, gates, textOf, cursor, pin });
      canvas.dataset['gutter'] = String(gutter);
      box.style.setProperty('--gutter', `${gutter}px`);
      const inWords = drawScale(scale, picture, kind, size.width);
      const blocks = blocksOf(picture, kind, window);
      setText(title, picture.pair ? kind : 'weight');
      setText(second, blocks || (picture.pair ? subtitles[kind] : `${shape[0]} × ${shape[1]}`));
      const where = `rows ${window.row} to ${window.row + window.rows - 1}, columns ${window.col} to ${window.col + window.cols - 1}`;
      canvas.setAttribute('aria-label', `${titleOf(picture, kind)}, ${where}. ${inWords}${blocks && ` ${blocks}.`}`);
    }
    this.drawStrip(picture, window, size, gates);
    this.root.style.minHeight = '';
    const at = cursor ?? pin ?? { row: window.row, col: window.col };
    setText(this.say, trouble === '' ? cellSentence(picture, at) : trouble);
    const pixels = { width: size.width * ratio, height: size.height * ratio };
    this.pull.want(tileWish(shape, picture.raw.detail, window, pixels));
  }

  private drawStrip(picture: CheckpointPicture, window: Window, size: PaneSize, gates: readonly string[] | null): void {
    const { shape, raw } = picture;
    this.stripBox.hidden = this.narrow || (window.rows === shape[0] && window.cols === shape[1]);
    if (this.stripBox.hidden) return;
    const ratio = pixelRatio();
    const whole = { row: 0, rows: shape[0], col: 0, cols: shape[1] };
    const all = { ...picture, raw: { ...raw, detail: raw.overview } };
    const cells = cellsOf(all, 'raw', whole, size.height * ratio, STRIP * ratio, currentPalette());
    drawCellStrip(this.strip, { picture: cells, window, shape, gates, width: STRIP, height: size.height });
    setText(this.stripSecond, raw.overview.reducer === 'exact' ? 'every cell' : 'max |x| per block');
    this.strip.setAttribute('aria-label', `All of ${picture.name}, largest magnitude of each block.`);
  }
}

/** How the cells drawn stand for those of the tensor; "" when each is one. */
function blocksOf(picture: CheckpointPicture, kind: PaneKind, window: Window): string {
  const { detail, overview } = paneOf(picture, kind);
  const { blockRows, blockCols, reducer } = covers(detail, window) ? detail : overview;
  if (reducer === 'exact') return '';
  return `${reducer === 'mean' ? 'kept share' : 'max |x|'} per ${blockRows} × ${blockCols}`;
}
