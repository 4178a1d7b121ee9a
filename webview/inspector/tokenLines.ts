/**
 * Words of a batch, one line a stream, the last that fit of each. One of them can be pointed at, with the pointer or the
 * arrow keys. What the words look like, and what is said of one, is the business of the view they are shown in.
 */
import { arrowMoves } from '../shared/arrowMoves.ts';
import { element, rebuild } from '../shared/dom.ts';
import type { BatchText, TextToken } from './batchText.ts';

export interface LinesShown {
  readonly text: BatchText;
  readonly rows: number;
  /** Characters of a line. */
  readonly fits: number;
  /** What a token is: words stand apart. */
  readonly unit: string;
}

export class TokenLines {
  readonly root: HTMLElement;
  private readonly onPoint: (byKey: boolean) => void;
  private tokens: { readonly token: TextToken; readonly node: HTMLElement }[][] = [];
  private cursor = { row: -1, place: -1 };

  /** `onPoint` is called when another word, or none, is pointed at. */
  constructor(label: string, onPoint: (byKey: boolean) => void) {
    this.onPoint = onPoint;
    this.root = element('div', { class: 'text', tabindex: 0, role: 'group', 'aria-label': label });
    this.root.addEventListener('pointermove', (event) => this.point(event.target));
    this.root.addEventListener('pointerleave', () => this.mark(-1, -1, false));
    this.root.addEventListener('keydown', (event) => this.press(event));
  }

  /** All words shown, line after line. */
  get all(): TextToken[] {
    return this.tokens.flatMap((line) => line.map(({ token }) => token));
  }

  get pointed(): TextToken | null {
    return this.tokens[this.cursor.row]?.[this.cursor.place]?.token ?? null;
  }

  get charactersThatFit(): number {
    const ruler = element('span', { class: 'text ruler' }, 'x'.repeat(50));
    this.root.parentElement?.append(ruler);
    const width = ruler.getBoundingClientRect().width / 50;
    ruler.remove();
    return Math.max(8, Math.floor((this.root.clientWidth - 28) / (width || 7)));
  }

  /** Builds the lines when `key` is another than before; null: there are no words yet. */
  show(key: string, shown: LinesShown | null, nodeOf: (token: TextToken) => HTMLElement): void {
    rebuild(this.root, key, () => {
      this.cursor = { row: -1, place: -1 };
      this.tokens = [];
      if (!shown) return [element('p', { class: 'empty' }, 'The batch appears here.')];
      const { text, rows, fits, unit } = shown;
      const joint = unit === 'character' ? '' : ' ';
      this.tokens = Array.from({ length: Math.min(rows, text.batch.rows) }, (_, row) =>
        lastThatFit(text, row, joint, fits).map((token) => ({ token, node: nodeOf(token) })),
      );
      return this.tokens.map((line, row) => {
        const words = line.flatMap(({ node }, place) => (place > 0 && joint ? [joint, node] : [node]));
        return element(
          'div',
          { class: 'text-row' },
          element('span', { class: 'row-number' }, String(row)),
          element('span', {}, ...words),
        );
      });
    });
  }

  private point(target: EventTarget | null): void {
    for (const [row, line] of this.tokens.entries()) {
      const place = line.findIndex(({ node }) => node === target);
      if (place >= 0) this.mark(row, place, false);
    }
  }

  private mark(row: number, place: number, byKey: boolean): void {
    this.tokens[this.cursor.row]?.[this.cursor.place]?.node.classList.remove('pointed');
    this.cursor = { row, place };
    this.tokens[row]?.[place]?.node.classList.add('pointed');
    this.onPoint(byKey);
  }

  private press(event: KeyboardEvent): void {
    const move = arrowMoves[event.key];
    if (!move || event.ctrlKey || event.altKey || event.metaKey || this.tokens.length === 0) return;
    event.preventDefault();
    const row = Math.max(0, Math.min(this.tokens.length - 1, Math.max(0, this.cursor.row) + move[0]));
    const last = (this.tokens[row]?.length ?? 1) - 1;
    const from = this.cursor.row < 0 ? -move[1] : this.cursor.place;
    this.mark(row, Math.max(0, Math.min(last, from + move[1])), true);
  }
}

/** The last tokens of a row that fit in so many characters. */
function lastThatFit(text: BatchText, row: number, joint: string, fits: number): TextToken[] {
  const tokens: TextToken[] = [];
  let length = 0;
  for (let column = text.batch.length - 1; column >= 0; column--) {
    const token = text.at(row, column);
    length += [...token.word].length + joint.length;
    if (length > fits) break;
    tokens.unshift(token);
  }
  return tokens;
}
