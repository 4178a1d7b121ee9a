/**
 * Taking a picture or its numbers along: a PNG on the page's ground with tensor, step and run in its title, or a CSV of
 * the same title. The host asks where to keep it.
 */
import { css } from '../shared/colour.ts';
import { pixelRatio, write } from '../shared/canvas.ts';
import { currentPalette } from '../shared/theme.ts';
import type { HostClient } from './connection.ts';
import { csvOf, type Table } from './dataTable.ts';
import type { Store } from './store.ts';

const MARGIN = 16;
const TITLE = 40;
const HEADING = 20;

/** Canvases that stand over one another under one heading. */
export interface PictureColumn {
  readonly heading: string;
  readonly canvases: readonly HTMLCanvasElement[];
}

export class TakeAlong {
  private readonly client: HostClient;
  private readonly store: Store;

  constructor(client: HostClient, store: Store) {
    this.client = client;
    this.store = store;
  }

  csv(table: Table): void {
    this.save(`${fileName(this.titled(table.title))}.csv`, new TextEncoder().encode(csvOf(table)));
  }

  /** Writes the columns side by side under `title` and the run's name. */
  png(title: string, columns: readonly PictureColumn[]): void {
    const whole = this.titled(title);
    compose(whole, columns).toBlob((blob) => {
      if (!blob) {
        this.store.set({ trouble: 'the picture is too large to be saved; make the panel smaller' });
        return;
      }
      void blob.arrayBuffer().then((bytes) => this.save(`${fileName(whole)}.png`, new Uint8Array(bytes)));
    });
  }

  private titled(title: string): string {
    const run = this.store.get().summary?.name;
    return run ? `${title}, run ${run}` : title;
  }

  private save(name: string, data: Uint8Array): void {
    this.client.request('save', { name, data }).catch((error: unknown) => {
      this.store.set({ trouble: error instanceof Error ? error.message : String(error) });
    });
  }
}

function compose(title: string, columns: readonly PictureColumn[]): HTMLCanvasElement {
  const ratio = pixelRatio();
  const widthOf = ({ canvases }: PictureColumn) => Math.max(...canvases.map((canvas) => canvas.width / ratio));
  const heightOf = ({ canvases }: PictureColumn) => canvases.reduce((sum, canvas) => sum + canvas.height / ratio, 0);
  const picture = document.createElement('canvas');
  const pen = picture.getContext('2d');
  if (!pen) throw new Error('This browser gives no 2-D canvas, so nothing can be saved.');
  const palette = currentPalette();
  const titleFont = palette.font.replace('11px', '600 13px');
  pen.font = titleFont;
  const content = columns.reduce((sum, column) => sum + widthOf(column) + MARGIN, MARGIN);
  const width = Math.max(content, pen.measureText(title).width + 2 * MARGIN);
  const height = TITLE + HEADING + Math.max(...columns.map(heightOf)) + MARGIN;
  picture.width = Math.ceil(width * ratio);
  picture.height = Math.ceil(height * ratio);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.fillStyle = css(palette.background);
  pen.fillRect(0, 0, width, height);
  pen.textBaseline = 'middle';
  pen.font = titleFont;
  write(pen, title, MARGIN, TITLE / 2, palette.foreground);
  pen.font = palette.font;
  let x = MARGIN;
  for (const column of columns) {
    write(pen, column.heading, x, TITLE + HEADING / 2, palette.muted);
    let y = TITLE + HEADING;
    for (const canvas of column.canvases) {
      // A legend is as wide as its picture and stands at its right edge, under the cells.
      const left = x + widthOf(column) - canvas.width / ratio;
      if (canvas.width > 0) pen.drawImage(canvas, left, y, canvas.width / ratio, canvas.height / ratio);
      y += canvas.height / ratio;
    }
    x += widthOf(column) + MARGIN;
  }
  return picture;
}

function fileName(title: string): string {
  return title.replace(/[^\w.-]+/g, '-').replace(/^-|-$/g, '');
}
