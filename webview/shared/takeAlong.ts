/**
 * Taking a picture or its numbers along, to a file (the host asks where) or to the clipboard. Titles and file names tell
 * what is shown and where it comes from; what was copied is said in a line that goes away.
 */
import { pngOf, svgOf, type Composition, type PictureColumn } from './composition.ts';
import { csvOf, type Table } from './dataTable.ts';
import { Notice } from './notice.ts';
import { sentenceOf } from '../../src/shared/sentenceOf.ts';

const TOO_LARGE = 'The picture is too large to be made. Make the panel smaller and try again.';

/** Something on the page that can be taken along. */
export interface Shown {
  /** What it is called among others: "raw". */
  readonly name: string;
  /** With tensor and step. */
  readonly title: string;
  /** None where there are only numbers. */
  readonly columns: readonly PictureColumn[];
  readonly table: Table | null;
}

/** What the page behind can do. */
export interface TakeAlongHost {
  save(name: string, data: Uint8Array): Promise<unknown>;
  /** Puts text on the clipboard. */
  copy(text: string): Promise<unknown>;
  /** Where everything shown comes from: ["run brown", "config 3fa9b2c1"]. */
  origin(): readonly string[];
  /** Draws everything once more, at once. */
  redraw(): void;
}

export class TakeAlong {
  readonly notice = new Notice();
  private readonly host: TakeAlongHost;

  constructor(host: TakeAlongHost) {
    this.host = host;
  }

  csv(shown: Shown, table: Table): void {
    this.save(shown, 'csv', new TextEncoder().encode(csvOf(table)));
  }

  async png(shown: Shown): Promise<void> {
    const blob = await pngOf(this.composed(shown));
    if (blob) this.save(shown, 'png', new Uint8Array(await blob.arrayBuffer()));
    else this.notice.say(TOO_LARGE);
  }

  svg(shown: Shown): void {
    this.save(shown, 'svg', new TextEncoder().encode(this.svgText(shown)));
  }

  /** Puts the PNG on the clipboard; where the page may not, the host puts the SVG's text there. */
  async copyPicture(shown: Shown): Promise<void> {
    const blob = await pngOf(this.composed(shown));
    if (!blob) {
      this.notice.say(TOO_LARGE);
      return;
    }
    try {
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
      this.notice.say(`Copied as a picture: ${shown.title}`);
    } catch {
      this.copyText(
        this.svgText(shown),
        `This window keeps pictures off the clipboard. Copied as SVG text: ${shown.title}`,
      );
    }
  }

  copyNumbers(table: Table): void {
    this.copyText(csvOf(table), `Copied as CSV: ${table.title}`);
  }

  private svgText(shown: Shown): string {
    return svgOf(this.composed(shown), () => this.host.redraw());
  }

  private composed({ title, columns }: Shown): Composition {
    return { title, columns, origin: this.host.origin().join(', ') };
  }

  private save({ title }: Shown, kind: 'csv' | 'png' | 'svg', data: Uint8Array): void {
    const name = [title, ...this.host.origin()].join(' ').replace(/[^\w.-]+/g, '-');
    this.host
      .save(`${name.replace(/^-|-$/g, '')}.${kind}`, data)
      .catch((error: unknown) => this.notice.say(`Not saved: ${sentenceOf(error)}`));
  }

  /** Puts text on the clipboard, and says `done`. */
  copyText(text: string, done: string): void {
    this.host.copy(text).then(
      () => this.notice.say(done),
      (error: unknown) => this.notice.say(`Not copied: ${sentenceOf(error)}`),
    );
  }
}
