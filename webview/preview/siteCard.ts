/** One site of the preview: its words, and the corner of its mask as the chosen step would draw it. */
import type { SiteDescription } from '../../src/shared/engineContract.ts';
import { attachTable, type Table } from '../shared/dataTable.ts';
import { saveMenu } from '../shared/saveMenu.ts';
import type { Shown, TakeAlong } from '../shared/takeAlong.ts';
import { maskCorner } from '../../src/shared/maskDraw.ts';
import { drawCells, pixelRatio, prepare } from '../shared/canvas.ts';
import { pack } from '../shared/colour.ts';
import { element, setText } from '../shared/dom.ts';
import { integer, maskValue } from '../shared/format.ts';
import { HOLE } from '../shared/heatmap.ts';
import { currentPalette } from '../shared/theme.ts';
import { axesOf, pictureOf, probabilityOf, titleOf } from './words.ts';

/** Cells of 6 pixels: at most so many across and down. */
const CELL = 6;
const MOST_COLUMNS = 48;
const MOST_ROWS = 16;

export class SiteCard {
  readonly root: HTMLElement;
  readonly #title = element('h2', { class: 'cut' });
  readonly #name = element('p', { class: 'name cut second' });
  readonly #probability = element('p', { class: 'probability' });
  readonly #axes = element('p', { class: 'second' });
  readonly #canvas = element('canvas', { role: 'img', tabindex: 0, 'aria-label': 'Mask: not drawn yet' });
  readonly #caption = element('p', { class: 'caption' });

  #shown = '';
  #table: Table | null = null;

  constructor(takeAlong: TakeAlong) {
    this.root = element(
      'article',
      { class: 'site' },
      element(
        'div',
        { class: 'head' },
        this.#title,
        saveMenu(takeAlong, 'Save or copy this mask', () => this.#takeable()),
      ),
      this.#name,
      this.#probability,
      this.#axes,
      this.#canvas,
      this.#caption,
    );
    attachTable(this.#canvas, () => this.#table);
  }

  #takeable(): Shown[] {
    const table = this.#table;
    if (!table) return [];
    const columns = [{ heading: this.#probability.textContent, canvases: [this.#canvas] }];
    return [{ name: '', title: table.title, columns, table }];
  }

  /** After this the next update draws anew, whatever it brings. */
  outdate(): void {
    this.#shown = '';
  }

  update(site: SiteDescription, { dropMult, seed, step }: { dropMult: number; seed: number; step: number }): void {
    const key = JSON.stringify([site, dropMult, seed, step]);
    if (key === this.#shown) return;
    this.#shown = key;
    setText(this.#title, titleOf(site));
    setText(this.#name, site.name);
    setText(this.#probability, probabilityOf(site, dropMult));
    setText(this.#axes, axesOf(site));
    const { rows, cols, kept } = corner(site, seed, step);
    const words = pictureOf(
      site,
      { rows, cols },
      kept.reduce((sum, one) => sum + one, 0),
    );
    this.#table = tableOf(site, step, { rows, cols, kept });
    this.#canvas.setAttribute('aria-label', `${titleOf(site)}, ${words}, seed ${seed}, step ${step}`);
    setText(this.#caption, words);
    this.#paint(rows, cols, kept);
  }

  #paint(rows: number, cols: number, kept: Uint8Array): void {
    const { kept: colour, dot } = currentPalette();
    const [width, height] = [cols * CELL, rows * CELL];
    const pen = prepare(this.#canvas, width, height);
    const ink = pack(colour);
    const colours = Uint32Array.from(kept, (one) => (one === 1 ? ink : HOLE));
    const inks = { dot: pack(dot), hatch: ink, ratio: pixelRatio() };
    drawCells(pen, 0, 0, width, height, { rows, cols, colours }, inks);
  }
}

/** Words stand in a row after row, everything else as it lies in memory. */
function corner(site: SiteDescription, seed: number, step: number) {
  const { name, p, shape, kind } = site;
  const first = shape[0] ?? 1;
  const last = shape.at(-1) ?? 1;
  if (kind === 'embedding') {
    const cols = Math.min(MOST_COLUMNS, first);
    const rows = Math.min(MOST_ROWS, Math.floor(first / cols));
    return { rows, cols, kept: maskCorner({ name, cols, p, seed, step }, rows, cols) };
  }
  const rows = Math.min(MOST_ROWS, first);
  const cols = Math.min(MOST_COLUMNS, last);
  return { rows, cols, kept: maskCorner({ name, cols: last, p, seed, step }, rows, cols) };
}

/** The cells drawn: what a kept one is multiplied by, and 0 for a dropped one. */
function tableOf(site: SiteDescription, step: number, { rows, cols, kept }: ReturnType<typeof corner>): Table {
  const scale = site.p < 1 ? maskValue(1 / (1 - site.p)) : '0';
  return {
    title: `Mask of ${site.name} at step ${integer(step)}, the ${rows} × ${cols} cells shown`,
    head: ['row', ...Array.from({ length: cols }, (_, col) => String(col))],
    body: Array.from({ length: rows }, (_, row) => [
      String(row),
      ...Array.from(kept.subarray(row * cols, (row + 1) * cols), (one) => (one === 1 ? scale : '0')),
    ]),
  };
}
