/**
 * The promises as they were checked at the step viewed, one sentence each. What failed stands first; what was not checked
 * at that step says so, for a claim that was not checked is none.
 */
import type { Verdict } from '../../src/shared/stepContract.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { integer } from '../shared/format.ts';
import { icon } from '../shared/icons.ts';
import { sentenceOf } from '../../src/shared/sentenceOf.ts';
import { touches, viewedStep, type Changed, type PageState } from './store.ts';

const icons = { true: ['holds', 'good'], false: ['error', 'bad'], null: ['unknown', 'second'] } as const;
const titles: readonly (readonly [Verdict['rule'], string])[] = [
  ['who-learns', 'Who learns'],
  ['derived', 'raw × mask = derived'],
  ['gradient-mask', 'Gradient through the mask'],
  ['eval-repeats', 'Eval repeats itself'],
  ['kept-rates', 'Kept rates'],
  ['nobody-moved', 'Nobody moved a weight'],
];

const ON_DEMAND = 'who learns and eval, at the latest step';
const WHAT_IS_CHECKED =
  'At the latest step: nudges each raw weight and looks whether the output moves, and compares two eval passes. Nothing of the run changes.';

interface Entry {
  readonly title: string;
  readonly holds: boolean | null;
  readonly sentence: string;
  /** What it is about, when choosing it shows something. */
  readonly name: string;
}

export class Verdicts {
  readonly root: HTMLElement;
  private readonly select: (name: string) => void;
  private readonly check: () => Promise<void>;
  private readonly second = element('span', { class: 'second small' });
  private readonly button: HTMLButtonElement;
  private readonly said = element('span', { class: 'second cut', role: 'status' }, ON_DEMAND);
  private checking = false;
  private able = false;
  private readonly list = element('ul', { class: 'rows', 'aria-label': 'Verdicts' });

  /** `check` has checked now what is not checked at every step. */
  constructor(select: (name: string) => void, check: () => Promise<void>) {
    this.select = select;
    this.check = check;
    this.button = element(
      'button',
      { class: 'link', title: WHAT_IS_CHECKED, click: () => void this.run() },
      'Check now',
    );
    this.root = element(
      'section',
      { id: 'verdicts', 'aria-label': 'Verdicts' },
      element('div', { class: 'line' }, element('h2', {}, 'Verdicts'), element('span', { class: 'grow' }), this.second),
      this.list,
      element('div', { class: 'check' }, this.button, this.said),
    );
  }

  update(state: PageState, changed: Changed): void {
    if (!touches(changed, 'verdicts', 'viewed', 'summary', 'link')) return;
    this.able = state.link === 'live' && (state.summary?.step ?? 0) > 0;
    this.showButton();
    const entries = entriesOf(state);
    rebuild(this.list, JSON.stringify(entries), () => entries.map((entry) => this.entry(entry)));
    setText(this.second, inWords(state, entries));
    this.root.classList.toggle('dimmed', state.link === 'lost');
  }

  private async run(): Promise<void> {
    this.checking = true;
    this.say(ON_DEMAND);
    this.showButton();
    try {
      await this.check();
    } catch (error) {
      this.say(`not checked: ${sentenceOf(error)}`);
    } finally {
      this.checking = false;
      this.showButton();
    }
  }

  /** A reason is read whole. */
  private say(words: string): void {
    setText(this.said, words);
    this.said.classList.toggle('cut', words === ON_DEMAND);
  }

  private showButton(): void {
    this.button.disabled = this.checking || !this.able;
    setText(this.button, this.checking ? 'Checking' : 'Check now');
  }

  private entry({ title, holds, sentence, name }: Entry): HTMLElement {
    const [symbol, tone] = icons[String(holds) as keyof typeof icons];
    const heading = element('h3', {}, title);
    if (name && holds === false)
      heading.append(element('button', { class: 'link small', click: () => this.select(name) }, 'Show'));
    return element(
      'li',
      { class: 'verdict' },
      icon(symbol, tone),
      element('div', {}, heading, element('p', { title: sentence.replaceAll('`', '') }, ...withNames(sentence))),
    );
  }
}

/** What stands between backticks is a name. */
function withNames(sentence: string): (string | HTMLElement)[] {
  return sentence.split('`').map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part));
}

/** All six, in their order, those that fail first. */
function entriesOf({ verdicts, viewed, history }: PageState): Entry[] {
  const step = verdicts?.step ?? viewed ?? history.lastStep;
  const missing = step > 0 ? `Not checked at step ${integer(step)}.` : 'Not checked yet: needs one step.';
  const entries = titles.flatMap(([rule, title]) => {
    const found = verdicts?.verdicts.filter((verdict) => verdict.rule === rule) ?? [];
    if (found.length === 0) return [{ title, holds: null, sentence: missing, name: '' }];
    return found.map(({ holds, sentence, name }) => ({
      title,
      holds,
      sentence: sentence || missing,
      name: name ?? '',
    }));
  });
  return entries.sort((a, b) => Number(b.holds === false) - Number(a.holds === false));
}

/** "5 of 5 hold at step 165, 1 not checked". */
function inWords(state: PageState, entries: readonly Entry[]): string {
  const { verdicts, link } = state;
  if (!verdicts) return 'not checked yet';
  if (link === 'lost') return `as of step ${integer(verdicts.step)}`;
  const checked = entries.filter(({ holds }) => holds !== null);
  const held = checked.filter(({ holds }) => holds === true).length;
  const rest = entries.length - checked.length;
  const away = verdicts.step === viewedStep(state) ? '' : ', the nearest kept';
  return `${held} of ${checked.length} hold at step ${integer(verdicts.step)}${away}${rest > 0 ? `, ${rest} not checked` : ''}`;
}
