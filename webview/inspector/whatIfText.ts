/**
 * The batch of a what-if answer as text, each word on a ground that tells how much harder (blue) or easier (orange,
 * underlined) it became to predict, mean over the draws.
 */
import type { BatchView } from '../../src/shared/engineContract.ts';
import type { WhatIfView } from '../../src/shared/whatIf.ts';
import { attachTable, type Table } from '../shared/dataTable.ts';
import { element, setText } from '../shared/dom.ts';
import { fixed, integer, percent, signed } from '../shared/format.ts';
import { BatchText, type TextToken } from './batchText.ts';
import { TokenLines } from './tokenLines.ts';
import { changesInWords } from './whatIfWords.ts';

const ROWS = 5;
/** Nats from which on a ground is a degree stronger. */
const DEGREES = [0.02, 0.1, 0.3, 1];

export class WhatIfText {
  readonly root: HTMLElement;
  private readonly lines: TokenLines;
  private readonly say = element('p', { class: 'what-if-note' });
  private readonly spoken = element('p', { class: 'unseen', 'aria-live': 'polite' });
  private view: WhatIfView | null = null;
  private text: BatchText | null = null;
  private unit = 'word';

  constructor() {
    this.lines = new TokenLines('Words of the batch by the change of their loss', (byKey) => {
      this.speak();
      if (byKey) setText(this.spoken, this.say.textContent);
    });
    this.root = element('div', { class: 'what-if-text' }, this.lines.root, this.say, this.spoken);
    attachTable(this.lines.root, () => this.table());
  }

  show(view: WhatIfView | null, batch: BatchView | null, unit: string): void {
    this.unit = unit;
    if (view !== this.view) {
      this.view = view;
      this.text = view && batch?.step === view.step ? new BatchText(batch, changesOf(view, batch)) : null;
    }
    const fits = this.lines.charactersThatFit;
    const { text } = this;
    const key = view ? `${view.step} ${fits} ${changesInWords(view)}` : 'none';
    this.lines.show(text ? key : 'none', text && { text, rows: ROWS, fits, unit }, nodeOf);
    this.speak();
  }

  table(): Table | null {
    const { view, text } = this;
    if (!view || !text) return null;
    return {
      title: `What if at step ${integer(view.step)}, ${changesInWords(view)}: loss of the words shown, mean of ${view.changed.ce.length} draws`,
      head: ['row', 'position', 'word', 'as trained', 'what if', 'difference'],
      body: this.lines.all.map((token) => {
        const { before, after } = lossesOf(view, token);
        const known = !Number.isNaN(token.loss);
        const numbers = known ? [fixed(before, 3), fixed(after, 3), signed(after - before, 3)] : ['not predicted here'];
        return [String(token.row), String(token.column), token.word, ...numbers];
      }),
    };
  }

  private speak(): void {
    const { view, text } = this;
    const token = this.lines.pointed;
    const words = !view || !text ? '' : token ? tokenInWords(view, token) : allInWords(view, this.unit);
    setText(this.say, words);
    this.say.title = words;
  }
}

/** The change of each loss in the place of the loss itself. */
function changesOf({ step, rows, length, asTrained, changed }: WhatIfView, { input }: BatchView) {
  const loss = changed.tokens.map((after, at) => after - (asTrained.tokens[at] ?? NaN));
  // Only within a row is it known here what follows, and nothing else is asked for.
  const target = input.map((_, at) => input[at + 1] ?? -1);
  return { step, rows, length, loss, target, elementDropped: new Float32Array(loss.length) };
}

function lossesOf({ asTrained, changed, length }: WhatIfView, { row, column }: TextToken) {
  const place = row * length + column - 1;
  return { before: asTrained.tokens[place] ?? NaN, after: changed.tokens[place] ?? NaN };
}

function tokenInWords(view: WhatIfView, token: TextToken): string {
  const { word, row, column, loss } = token;
  const where = `"${word}" (row ${row}, position ${column})`;
  if (Number.isNaN(loss)) return `${where}: nothing here predicted it.`;
  const { before, after } = lossesOf(view, token);
  return `${where}: loss ${fixed(before, 2)} → ${fixed(after, 2)} nats (${signed(loss, 2)}), mean of ${view.changed.ce.length} draws.`;
}

function allInWords({ asTrained, changed }: WhatIfView, unit: string): string {
  const all = changed.tokens.length;
  const harder = changed.tokens.filter((after, at) => after > (asTrained.tokens[at] ?? NaN)).length;
  const easier = changed.tokens.filter((after, at) => after < (asTrained.tokens[at] ?? NaN)).length;
  if (harder + easier === 0) return `As trained, no ${unit} is harder or easier to predict.`;
  return `${percent(harder / all)} of the ${unit}s became harder to predict (blue, from ${DEGREES[0]} to ${DEGREES.at(-1)} nats), ${percent(easier / all)} easier (orange, underlined).`;
}

function nodeOf({ word, loss }: TextToken): HTMLElement {
  const node = element('span', { class: 'token' }, word);
  const degree = DEGREES.filter((least) => Math.abs(loss) >= least).length;
  if (degree > 0) node.classList.add(`${loss > 0 ? 'harder' : 'easier'}-${degree}`);
  return node;
}
