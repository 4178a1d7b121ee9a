/**
 * The batch of the recorded step as text, one line a stream, with the words that embedding dropout dropped struck
 * through wherever they occur. Shown are the last words that fit.
 */
import type { BatchView } from '../../src/shared/engineContract.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { count, fixed, integer } from '../shared/format.ts';
import { shortName } from './siteBand.ts';
import { touches, type Changed, type PageState } from './store.ts';

const ROW_HEIGHT = 18;
const FEWEST_ROWS = 6;

export class TextView {
  readonly root: HTMLElement;
  private readonly second = element('span', { class: 'second cut' });
  private readonly lines = element('div', { class: 'text' });

  constructor() {
    this.root = element(
      'section',
      { id: 'text', 'aria-label': 'Text of the batch' },
      element('div', { class: 'line' }, element('h2', {}, 'Text'), this.second),
      this.lines,
    );
  }

  update(state: PageState, changed: Changed): void {
    if (!touches(changed, 'batch', 'description', 'summary')) return;
    const { batch, description } = state;
    const fits = this.charactersThatFit();
    const rows = Math.max(FEWEST_ROWS, Math.floor((this.root.clientHeight - 40) / ROW_HEIGHT));
    rebuild(this.lines, batch ? `${state.summary?.id} ${batch.step} ${fits} ${rows}` : 'none', () => {
      if (!batch) return [element('p', { class: 'empty' }, 'The batch appears here.')];
      const joint = description?.config.tokenizer === 'char' ? '' : ' ';
      return Array.from({ length: Math.min(rows, batch.rows) }, (_, row) =>
        element(
          'div',
          { class: 'text-row' },
          element('span', { class: 'row-number' }, String(row)),
          textOf(batch, row, joint, fits),
        ),
      );
    });
    const summary = batch ? this.inWords(state, batch) : '';
    setText(this.second, summary);
    this.second.title = summary;
  }

  private inWords({ description }: PageState, batch: BatchView): string {
    const unit = description?.config.tokenizer === 'char' ? 'character' : 'word';
    const isDropped = new Map(Array.from(batch.ids, (id, index) => [id, batch.dropped[index] === 1] as const));
    const types = batch.dropped.reduce((sum, flag) => sum + (flag === 1 ? 1 : 0), 0);
    const positions = batch.input.reduce((sum, id) => sum + (isDropped.get(id) ? 1 : 0), 0);
    const site = description?.sites.find(({ kind }) => kind === 'embedding');
    const distinct = batch.ids.length;
    const p = site?.p ?? 0;
    const expected = `expected ${fixed(p * distinct, 1)} ± ${fixed(1.96 * Math.sqrt(p * (1 - p) * distinct), 1)}`;
    const where = `step ${integer(batch.step)}`;
    if (!site || p === 0)
      return `${where}: no ${unit} can be dropped, ${site ? `${shortName(site.name)} has p 0` : 'there is no embedding dropout'}`;
    if (types === 0) return `${where}: nothing dropped in this batch, ${expected} of ${count(distinct, unit)}`;
    return `${where}: ${integer(types)} of its ${count(distinct, unit)} dropped (${expected}), ${integer(positions)} of ${integer(batch.input.length)} positions`;
  }

  private charactersThatFit(): number {
    const ruler = element('span', { class: 'text ruler' }, 'x'.repeat(50));
    this.root.append(ruler);
    const width = ruler.getBoundingClientRect().width / 50;
    ruler.remove();
    return Math.max(8, Math.floor((this.lines.clientWidth - 28) / (width || 7)));
  }
}

/** The last tokens of a row that fit in so many characters; neighbours that share a fate are one element. */
function textOf(batch: BatchView, row: number, joint: string, fits: number): HTMLElement {
  const index = new Map(Array.from(batch.ids, (id, at) => [id, at] as const));
  const tokens: { word: string; dropped: boolean }[] = [];
  let length = 0;
  for (let column = batch.length - 1; column >= 0; column--) {
    const at = index.get(batch.input[row * batch.length + column] ?? -1) ?? -1;
    const word = (batch.words[at] ?? '?').replaceAll('\n', '↵');
    length += [...word].length + joint.length;
    if (length > fits) break;
    tokens.unshift({ word, dropped: batch.dropped[at] === 1 });
  }
  const line = element('span', {});
  tokens.forEach(({ word, dropped }, position) => {
    if (position > 0 && joint) line.append(joint);
    if (dropped) line.append(element('s', {}, word));
    else line.append(word);
  });
  return line;
}
