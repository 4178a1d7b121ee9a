/**
 * What if a step had been dropped out otherwise, in place of text and gradients: sliders on the left, what its batch would
 * have given on the right. The step stays the one that was viewed when it was opened, whatever the run does meanwhile.
 */
import { valuesAsTrained, whatIfProblem, type WhatIfKey, type WhatIfRequest } from '../../src/shared/whatIf.ts';
import { attachTable } from '../shared/dataTable.ts';
import { element, setText } from '../shared/dom.ts';
import { integer, probability } from '../shared/format.ts';
import { icon } from '../shared/icons.ts';
import { saveMenu } from '../shared/saveMenu.ts';
import type { Shown, TakeAlong } from '../shared/takeAlong.ts';
import { unitOf } from './batchText.ts';
import { shortName } from './siteBand.ts';
import { selectedTarget, touches, type Changed, type PageState, type Store } from './store.ts';
import { drawGradients, drawLosses } from './whatIfDraws.ts';
import { drawMaskCorner, maskCornerOf, maskInWords, maskTable, type MaskCorner } from './whatIfMask.ts';
import { WhatIfSliders } from './whatIfSliders.ts';
import { askedValues, noAnswer, stepOnPage } from './whatIfState.ts';
import { WhatIfText } from './whatIfText.ts';
import {
  answerInWords,
  changesInWords,
  configKeys,
  drawsTable,
  fastaiArguments,
  gradientTable,
  spreadInWords,
} from './whatIfWords.ts';

/** What the section has done elsewhere. */
export interface WhatIfActions {
  readonly copy: (text: string, done: string) => void;
  readonly trainWith: (changes: WhatIfRequest['changes']) => void;
}

export class WhatIf {
  readonly root: HTMLElement;
  private readonly store: Store;
  private readonly second = element('span', { class: 'second cut' });
  private readonly follow: HTMLButtonElement;
  private readonly sliders: WhatIfSliders;
  private readonly actions: readonly HTMLButtonElement[];
  private readonly asked = element('p', { class: 'second cut' });
  private readonly answer = element('p', { class: 'what-if-answer' });
  private readonly spread = element('p', { class: 'what-if-note' });
  private readonly losses = picture('what-if-losses', 'Losses of the draws: not computed yet');
  private readonly gradients = picture('what-if-gradients', 'Gradient norms by layer: not computed yet');
  private readonly mask = picture('what-if-mask', 'Mask at another p: not drawn yet');
  private readonly maskNote = element('p', { class: 'what-if-note' });
  private readonly text = new WhatIfText();
  private corner: MaskCorner | null = null;

  constructor(store: Store, takeAlong: TakeAlong, { copy, trainWith }: WhatIfActions) {
    this.store = store;
    this.sliders = new WhatIfSliders((key, value) => this.change(key, value));
    const action = (label: string, click: () => void) => element('button', { class: 'link', click }, label);
    const values = () => askedValues(store.get());
    const copied = (text: string, what: string) => copy(text, `Copied as ${what}`);
    this.actions = [
      action('All as trained', () => store.set({ whatIf: { ...store.get().whatIf, changes: {} } })),
      action('Copy as dropscope.json keys', () => {
        const asked = values();
        if (asked) copied(configKeys(asked), 'dropscope.json keys');
      }),
      action('Copy as fastai arguments', () => {
        const asked = values();
        if (asked) copied(fastaiArguments(asked), 'fastai arguments');
      }),
      action('Train with these', () => trainWith(store.get().whatIf.changes)),
    ];
    this.follow = action('Take the step viewed', () => {
      const state = store.get();
      store.set({ whatIf: { ...state.whatIf, step: stepOnPage(state) }, whatIfAnswer: noAnswer });
    });
    this.follow.classList.add('follow');
    const close = element(
      'button',
      { class: 'tool', title: 'Close', 'aria-label': 'Close what if', click: () => store.set({ inPlace: '' }) },
      icon('close'),
    );
    this.root = element(
      'section',
      { id: 'what-if', class: 'in-place', 'aria-label': 'What if' },
      element(
        'div',
        { class: 'line' },
        element('h2', {}, 'What if'),
        this.second,
        element('span', { class: 'grow' }),
        this.follow,
        saveMenu(takeAlong, 'Save or copy what if', () => this.shown()),
        close,
      ),
      element(
        'div',
        { class: 'what-if-parts' },
        element('div', {}, this.sliders.root, element('div', { class: 'what-if-actions' }, ...this.actions)),
        element(
          'div',
          {},
          element('div', { 'aria-live': 'polite' }, this.asked, this.answer),
          this.losses,
          this.spread,
          element('p', { class: 'caption' }, 'gradient norm by layer, draw 1, before clip, log'),
          this.gradients,
        ),
        element('div', { class: 'what-if-last' }, this.mask, this.maskNote, this.text.root),
      ),
    );
    attachTable(this.losses, () => this.table(drawsTable));
    attachTable(this.gradients, () => this.table(gradientTable));
    attachTable(this.mask, () => this.corner && maskTable(this.corner));
  }

  update(state: PageState, changed: Changed): void {
    const open = state.inPlace === 'whatIf';
    const opened = open && this.root.hidden;
    this.root.hidden = !open;
    const parts = ['inPlace', 'whatIf', 'whatIfAnswer', 'description', 'selected', 'weight', 'mask'] as const;
    if (!open || !touches(changed, ...parts)) return;
    if (opened && changed.has('inPlace')) this.root.scrollIntoView({ block: 'nearest' });
    const { description, whatIf, whatIfAnswer } = state;
    const { view, batch, awaited, trouble } = whatIfAnswer;
    const own = description && valuesAsTrained(description.config);
    this.sliders.show(askedValues(state), own, description?.config.weight_drop.mode === 'off' ? ['weight_p'] : []);
    const usable = description !== null && whatIfProblem(description.config, whatIf) === '';
    this.actions.forEach((button) => (button.disabled = !description));
    for (const button of this.actions.slice(1)) button.disabled = !usable;
    const frozen = whatIf.step > 0 ? `step ${integer(whatIf.step)}, frozen` : 'appears once a step is recorded';
    setText(
      this.second,
      awaited ? `${frozen}; draw ${Math.min(awaited.done + 1, awaited.draws)} of ${awaited.draws}` : frozen,
    );
    this.follow.classList.toggle('absent', stepOnPage(state) === 0 || stepOnPage(state) === whatIf.step);
    setText(this.asked, view && !trouble ? changesInWords(view) : '');
    setText(this.answer, trouble || (view ? answerInWords(view) : 'The answer appears here.'));
    for (const words of [this.asked, this.answer]) {
      words.title = words.textContent;
      words.classList.toggle('dimmed', awaited !== null && view !== null);
    }
    setText(this.spread, view ? spreadInWords(view) : '');
    this.spread.title = this.spread.textContent;
    this.drawPictures(state);
    this.text.show(view, batch, unitOf(state));
  }

  private change(key: WhatIfKey, value: number | undefined): void {
    const { whatIf, description } = this.store.get();
    const same = value === undefined || value === description?.config[key];
    const others = Object.entries(whatIf.changes).filter(([other]) => other !== key);
    this.store.set({ whatIf: { ...whatIf, changes: Object.fromEntries(same ? others : [...others, [key, value]]) } });
  }

  private drawPictures(state: PageState): void {
    const { description, whatIf, whatIfAnswer } = state;
    const { view } = whatIfAnswer;
    const width = this.answer.clientWidth;
    drawLosses(this.losses, width, view);
    drawGradients(this.gradients, width, view, (description?.config.n_layers ?? 2) + 2);
    if (view) {
      this.losses.setAttribute(
        'aria-label',
        `${drawsTable(view).title}. ${answerInWords(view)} ${spreadInWords(view)}.`,
      );
      const norms = gradientTable(view);
      const each = norms.body.map(([layer, before, after]) => `${layer} ${after}, as trained ${before}`);
      this.gradients.setAttribute('aria-label', `${norms.title}. ${each.join('; ')}.`);
    }
    const values = askedValues(state);
    const selected = selectedTarget(state)?.site;
    const site = selected ?? description?.sites.find(({ kind }) => kind === 'weight') ?? description?.sites[0];
    const room = this.text.root.clientWidth;
    const known = description && site && values && whatIf.step > 0;
    this.corner = known ? maskCornerOf(description, site, { step: whatIf.step, values, width: room }) : null;
    drawMaskCorner(this.mask, room, this.corner);
    setText(this.maskNote, this.corner ? `${shortName(this.corner.site.name)}: ${maskInWords(this.corner)}` : '');
    this.maskNote.title = this.maskNote.textContent;
    if (this.corner) {
      const { site, before, after } = this.corner;
      this.mask.setAttribute(
        'aria-label',
        `Corner of the mask ${site.name} at step ${integer(whatIf.step)}, p ${probability(after)} instead of ${probability(before)}: ${maskInWords(this.corner)}`,
      );
    }
  }

  private table<T>(make: (view: NonNullable<PageState['whatIfAnswer']['view']>) => T): T | null {
    const { view } = this.store.get().whatIfAnswer;
    return view && make(view);
  }

  private shown(): Shown[] {
    const { view } = this.store.get().whatIfAnswer;
    const corner = this.corner;
    const one = (name: string, canvas: HTMLCanvasElement, table: Shown['table']): Shown[] =>
      table
        ? [{ name, title: table.picture ?? table.title, columns: [{ heading: '', canvases: [canvas] }], table }]
        : [];
    const words = this.text.table();
    return [
      ...one('losses of the draws', this.losses, view && drawsTable(view)),
      ...one('gradient by layer', this.gradients, view && gradientTable(view)),
      ...one('mask', this.mask, corner && maskTable(corner)),
      ...(words
        ? [{ name: `words, ${view ? changesInWords(view) : ''}`, title: words.title, columns: [], table: words }]
        : []),
    ];
  }
}

function picture(id: string, label: string): HTMLCanvasElement {
  return element('canvas', { id, role: 'img', tabindex: 0, 'aria-label': label });
}
