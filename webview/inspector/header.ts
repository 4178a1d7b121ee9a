/**
 * The first line: the run by its own clock, whatever step is being looked at. Its name, status, newest numbers, what
 * introspection costs, and the buttons that drive it.
 */
import type { RunStatus } from '../../src/shared/engineContract.ts';
import type { Halting } from '../../src/shared/halting.ts';
import type { RunSummary } from '../../src/shared/pageContract.ts';
import { withoutStep } from '../../src/shared/stepSentence.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { duration, fixed, integer, percent } from '../shared/format.ts';
import { icon, type IconName } from '../shared/icons.ts';
import { nameAmong } from './runNames.ts';
import { touches, type Changed, type PageState } from './store.ts';
import { Transport, type Command } from './transport.ts';

interface Actions {
  command(command: Command): void;
  showRun(id: string): void;
  /** Shows the setting of the budget for introspection. */
  openBudget(): void;
}

export class Header {
  readonly root: HTMLElement;
  private readonly name = element('select', { class: 'pick run-name', 'aria-label': 'Run' });
  private readonly status = element('span', { id: 'status', role: 'status' });
  private readonly facts = element('div', { class: 'facts' });
  private readonly transport: Transport;
  private readonly cost: HTMLButtonElement;
  private readonly backedOff = element('span', { class: 'unseen', role: 'status' });

  constructor(actions: Actions) {
    this.transport = new Transport((command) => actions.command(command));
    this.cost = element('button', { class: 'link cost', click: () => actions.openBudget() });
    this.name.addEventListener('change', () => actions.showRun(this.name.value));
    this.root = element(
      'header',
      {},
      element('div', { class: 'run' }, icon('run'), this.name, this.status),
      this.facts,
      this.backedOff,
      this.transport.root,
    );
  }

  update(state: PageState, changed: Changed): void {
    if (!touches(changed, 'link', 'runs', 'summary', 'facts', 'history', 'description', 'kept')) return;
    this.showNames(state);
    this.showStatus(state);
    const facts = factsOf(state);
    rebuild(this.facts, facts.map(({ name }) => name).join(), () =>
      facts.map(({ name, least }) =>
        element(
          'span',
          { class: least ? 'fact least' : 'fact' },
          element('span', { class: 'second' }, ...narrowWords(name), ' '),
          name === 'introspection' ? this.cost : element('span'),
        ),
      ),
    );
    facts.forEach(({ text, mark }, index) => {
      const value = this.facts.children[index]?.lastElementChild;
      if (value instanceof HTMLElement)
        rebuild(value, `${text} ${mark}`, () =>
          mark
            ? [text, icon(mark === 'clean eval' ? 'holds' : 'error', mark === 'clean eval' ? 'good' : 'bad'), mark]
            : narrowWords(text),
        );
    });
    this.showCost(state);
    this.transport.update(state);
  }

  /** The budget is a step away; that fewer steps are recorded because of it is said once, and stands here while it lasts. */
  private showCost({ kept }: PageState): void {
    const budget = kept?.budget ?? null;
    const limit = budget ? `The budget is ${budget.percent} %` : 'The budget of the next run';
    this.cost.title = `${budget?.backedOff ? `${capital(budget.backedOff)}.\n` : ''}${limit}: setting dropscope.introspection.budgetPercent, which counts from the next start or resume. Opens the setting.`;
    setText(this.backedOff, budget?.backedOff ?? '');
  }

  private showNames({ runs, summary, link }: PageState): void {
    const known = summary && !runs.some(({ id }) => id === summary.id) ? [summary, ...runs] : runs;
    this.name.hidden = known.length === 0;
    this.name.disabled = link !== 'live';
    rebuild(this.name, known.map(({ id, name }) => `${id} ${name}`).join('\n'), () =>
      known.map((run) => element('option', { value: run.id }, nameAmong(run, known))),
    );
    if (summary && this.name.value !== summary.id) this.name.value = summary.id;
  }

  private showStatus(state: PageState): void {
    const { icon: name, tone, text } = statusOf(state);
    rebuild(this.status, name + text, () => [icon(name, tone), element('span', {}, text)]);
    // What is being prepared changes every moment: it keeps to one line, unlike what went wrong, which is read whole.
    const { status, message } = state.summary ?? { status: '', message: '' };
    this.status.classList.toggle('passing', status === 'starting');
    const standing = status === 'paused' || status === 'interrupted';
    this.root.classList.toggle('told', status === 'failed' || (standing && message !== ''));
    this.status.title = state.summary?.message ?? '';
  }
}

/** What the run is doing, for the first line. */
function statusOf({ link, summary }: PageState): { icon: IconName; tone: string; text: string } {
  if (link === 'connecting') return { icon: 'waiting', tone: '', text: 'Asking for the run' };
  if (link === 'lost') {
    const seen = summary ? `, last seen step ${integer(summary.step)}` : '';
    return { icon: 'waiting', tone: 'caution', text: `Reconnecting${seen}` };
  }
  if (!summary) return { icon: 'unknown', tone: '', text: 'No run yet' };
  if (summary.halting) return { icon: 'waiting', tone: 'caution', text: haltingWords(summary.halting) };
  const step = integer(summary.step);
  const of = summary.plannedSteps > 0 ? ` of ${integer(summary.plannedSteps)}` : '';
  const by = summary.elsewhere ? ', by another process' : '';
  const why = summary.message ? `: ${withoutStep(summary.message, summary.step)}` : '';
  const words: Record<RunStatus, { icon: IconName; tone: string; text: string }> = {
    starting: { icon: 'waiting', tone: '', text: `Starting${by}${why}` },
    running: { icon: 'continue', tone: 'good', text: `Training${by}, step ${step}${of}` },
    paused: { icon: 'pause', tone: 'caution', text: `Paused${by}${by && ','} at step ${step}${why}` },
    done: { icon: 'holds', tone: 'good', text: `Done at step ${step}` },
    stopped: { icon: 'stop', tone: '', text: `Stopped at step ${step}${of}` },
    failed: { icon: 'error', tone: 'bad', text: failure(summary) },
    interrupted: { icon: 'warning', tone: 'caution', text: `Interrupted at step ${step}${of}${why}` },
  };
  return words[summary.status];
}

function haltingWords({ by, after }: Halting): string {
  if (by === 'stop') return after === 'writing' ? 'Stopping: writing a checkpoint…' : 'Stopping after this step…';
  return after === 'writing' ? 'Pausing: writing this step…' : `Pausing after this ${after}…`;
}

function failure(summary: RunSummary): string {
  const { step, message, tensor } = summary;
  const named = tensor && !message.includes(tensor) ? `; first tensor not finite: ${tensor}` : '';
  return `Failed at step ${integer(step)}${message ? `: ${withoutStep(summary.message, summary.step)}` : ''}${named}`;
}

interface Fact {
  readonly name: string;
  readonly text: string;
  readonly mark?: string;
  /** Leaves first when the page is narrow. */
  readonly least?: boolean;
}

function factsOf({ history, facts, summary, kept }: PageState): Fact[] {
  if (!summary || history.length === 0) return [];
  const last = history.length - 1;
  const result: Fact[] = [
    { name: 'loss', text: fixed(history.column('loss').at(last), 3) },
    { name: 'perplexity', text: fixed(Math.exp(history.column('ce').at(last)), 2), least: true },
  ];
  if (history.validCe.length > 0) {
    const perplexity = fixed(Math.exp(history.validCe.at(history.validCe.length - 1)), 2);
    const mark = facts?.cleanEval === true ? 'clean eval' : facts?.cleanEval === false ? 'eval not repeatable' : '';
    result.push({ name: 'valid perplexity', text: perplexity, ...(mark ? { mark } : {}) });
  }
  if (facts?.introspectionShare !== undefined && facts.introspectionShare !== null)
    result.push({ name: 'introspection', text: costInWords(facts.introspectionShare, kept) });
  if (facts?.tokensPerSecond) result.push({ name: 'tokens/s', text: integer(facts.tokensPerSecond), least: true });
  if (summary.status === 'running' && facts?.secondsLeft)
    result.push({ name: 'time left', text: duration(facts.secondsLeft), least: true });
  return result;
}

/** "4.2 % of time, budget 10 %", and while the budget has steps passed over also that. */
function costInWords(share: number, kept: PageState['kept']): string {
  const time = `${percent(share)} of time`;
  if (!kept?.budget) return time;
  const budget = `${time}, budget ${kept.budget.percent} %`;
  return kept.every > 1 ? `${budget}: every ${ordinal(kept.every)} step` : budget;
}

function ordinal(every: number): string {
  return `${every}${every % 10 === 2 ? 'nd' : 'th'}`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** Words that a narrow page leaves out or shortens, as elements that its style sheet shows and hides. */
function narrowWords(text: string): (Node | string)[] {
  if (text === 'valid perplexity')
    return ['valid ', element('span', { class: 'wide' }, 'perplexity'), element('span', { class: 'thin' }, 'ppl')];
  const share = /^(.*?)( of time)(, budget [\d.]+ %)?(.*)$/.exec(text);
  if (!share) return [text];
  const [, percent = '', time = '', budget = '', rest = ''] = share;
  return [percent, element('span', { class: 'wide' }, time), element('span', { class: 'fact least' }, budget), rest];
}
