/**
 * The batch of the step viewed as text, one line a stream, under the strip of the gradient by time step. Words that
 * embedding dropout dropped are struck through wherever they occur; a toggle shows what dropping single elements would
 * have done instead, another puts each word on a ground that tells its loss.
 */
import { element, setText } from '../shared/dom.ts';
import { count, fixed, integer, percent } from '../shared/format.ts';
import { BatchText, tokenInWords, unitOf, type TextToken } from './batchText.ts';
import { attachTable } from '../shared/dataTable.ts';
import { saveMenu } from '../shared/saveMenu.ts';
import type { Shown, TakeAlong } from '../shared/takeAlong.ts';
import { GradientStrip } from './gradientStrip.ts';
import { shortName } from './siteBand.ts';
import { stepInWords, touches, type Changed, type PageState, type Store } from './store.ts';
import { TokenLines } from './tokenLines.ts';

const ROW_HEIGHT = 18;
const FEWEST_ROWS = 5;
const MOST_ROWS = 24;
/** Losses at which the ground is palest and strongest, nats: a chance in three, and one in three thousand. */
const TINT_FROM = 1;
const TINT_TO = 8;
const TINTS = 7;

export class TextView {
  readonly root: HTMLElement;
  private readonly store: Store;
  private readonly second = element('span', { class: 'second' });
  private readonly strip: GradientStrip;
  private readonly lines: TokenLines;
  private readonly say = element('p', { class: 'text-say small second' });
  private readonly spoken = element('p', { class: 'unseen', 'aria-live': 'polite' });
  private readonly tint: HTMLButtonElement;
  private readonly dropout: HTMLButtonElement;
  private text: BatchText | null = null;

  constructor(store: Store, takeAlong: TakeAlong) {
    this.store = store;
    this.strip = new GradientStrip(store);
    this.lines = new TokenLines('Words of the batch', (byKey) => {
      this.speak();
      if (byKey) setText(this.spoken, this.say.textContent);
    });
    const toggle = (label: string, flip: () => void) =>
      element('button', { class: 'link', 'aria-pressed': 'false', click: flip }, label);
    this.tint = toggle('Loss', () => store.set({ lossTint: !store.get().lossTint }));
    this.dropout = toggle('Element by element', () => store.set({ elementDropout: !store.get().elementDropout }));
    this.root = element(
      'section',
      { id: 'text', 'aria-label': 'Text of the batch' },
      element(
        'div',
        { class: 'line' },
        element('h2', {}, 'Text'),
        this.second,
        element('span', { class: 'grow' }),
        this.dropout,
        this.tint,
        saveMenu(takeAlong, 'Save or copy text and gradient by time step', () => this.shown()),
      ),
      this.strip.root,
      this.lines.root,
      this.say,
      this.spoken,
    );
    attachTable(this.lines.root, () => this.table());
  }

  update(state: PageState, changed: Changed): void {
    if (
      !touches(
        changed,
        'batch',
        'tokens',
        'gradients',
        'reach',
        'reachOf',
        'description',
        'lossTint',
        'elementDropout',
        'inPlace',
      )
    )
      return;
    if (state.inPlace !== '') return;
    const { batch, tokens, lossTint, elementDropout } = state;
    const width = this.root.clientWidth - 24;
    this.strip.draw(state, width, unitOf(state));
    if (this.text?.batch !== batch || changed.has('tokens')) this.text = batch ? new BatchText(batch, tokens) : null;
    const fits = this.lines.charactersThatFit;
    const room = this.root.clientHeight - 40 - this.strip.root.offsetHeight - 20;
    const rows = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, Math.floor(room / ROW_HEIGHT)));
    const losses = this.text?.hasLosses ?? false;
    const key = `${state.summary?.id} ${batch?.step} ${fits} ${rows} ${losses} ${lossTint} ${elementDropout}`;
    const shown = this.text && { text: this.text, rows, fits, unit: unitOf(state) };
    this.lines.show(batch ? key : 'none', shown, (token) => nodeOf(token, state));
    this.tint.setAttribute('aria-pressed', String(lossTint));
    this.dropout.setAttribute('aria-pressed', String(elementDropout));
    setText(this.second, batch ? stepInWords(batch.step, state) : '');
    this.speak();
  }

  private shown(): Shown[] {
    const strip = this.strip.table();
    const words = this.table();
    return [
      ...(strip
        ? [
            {
              name: 'gradient by time step',
              title: strip.title,
              columns: [{ heading: '', canvases: [this.strip.canvas] }],
              table: strip,
            },
          ]
        : []),
      ...(words ? [{ name: 'text', title: words.title, columns: [], table: words }] : []),
    ];
  }

  private inWords(state: PageState): string {
    const { description, batch, elementDropout, lossTint } = state;
    if (!batch || !this.text) return '';
    const unit = unitOf(state);
    const site = description?.sites.find(({ kind }) => kind === 'embedding');
    const p = site?.p ?? 0;
    const mean = this.text.meanLoss();
    const tint =
      lossTint && !Number.isNaN(mean)
        ? `Loss ${TINT_FROM} (faint) to ${TINT_TO} nats (violet), mean ${fixed(mean, 2)}. `
        : '';
    if (!site || p === 0)
      return `${tint}No ${unit} can be dropped: ${site ? `${shortName(site.name)} has p 0` : 'there is no embedding dropout'}.`;
    if (elementDropout)
      return `${tint}nn.Dropout would have dropped ${percent(this.text.meanElements())} of the elements of each ${unit} (dashes), and no ${unit} whole.`;
    const types = batch.dropped.reduce((sum, flag) => sum + (flag === 1 ? 1 : 0), 0);
    const isDropped = new Set(Array.from(batch.ids).filter((_, at) => batch.dropped[at] === 1));
    const positions = batch.input.reduce((sum, id) => sum + (isDropped.has(id) ? 1 : 0), 0);
    const distinct = batch.ids.length;
    const expected = `expected ${fixed(p * distinct, 1)} ± ${fixed(1.96 * Math.sqrt(p * (1 - p) * distinct), 1)}`;
    if (types === 0)
      return `${tint}Nothing dropped in this batch: ${expected} of ${count(distinct, unit)}, so this is normal.`;
    // On one line beside the legend of the loss: what is expected stands there without it.
    const band = tint ? '' : ` (${expected})`;
    return `${tint}${integer(types)} of ${count(distinct, unit)} dropped${band}, ${integer(positions)} of ${integer(batch.input.length)} positions.`;
  }

  private speak(): void {
    const state = this.store.get();
    const token = this.lines.pointed;
    const elements = state.description?.config.emb_sz ?? 0;
    const { batch, elementDropout } = state;
    const sentence = token && batch ? tokenInWords(token, batch.step, elements, unitOf(state), elementDropout) : '';
    const words = sentence || this.inWords(state);
    setText(this.say, words);
  }

  private table() {
    const { text } = this;
    if (!text) return null;
    return {
      title: `Words of the batch at step ${integer(text.batch.step)}, those shown`,
      head: ['row', 'position', 'word', 'dropped', 'loss in nats', 'elements dropped by nn.Dropout'],
      body: this.lines.all.map(({ row, column, word, dropped, loss, elements }) => [
        String(row),
        String(column),
        word,
        dropped ? 'yes' : 'no',
        Number.isNaN(loss) ? 'not predicted here' : fixed(loss, 3),
        Number.isNaN(elements) ? 'not drawn' : percent(elements),
      ]),
    };
  }
}

function nodeOf({ word, dropped, loss, elements }: TextToken, { elementDropout, lossTint }: PageState): HTMLElement {
  const node = element(dropped && !elementDropout ? 's' : 'span', { class: 'token' }, word);
  if (lossTint && Number.isFinite(loss)) {
    const tone = Math.max(0, Math.min(1, (loss - TINT_FROM) / (TINT_TO - TINT_FROM)));
    node.classList.add(`tint-${Math.round(tone * TINTS)}`);
  }
  if (elementDropout && elements > 0) {
    node.classList.add('elements');
    node.style.setProperty('--ds-share', String(elements));
  }
  return node;
}
