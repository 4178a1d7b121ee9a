/**
 * What was checked at a step and what was found, one sentence each. Only facts the page really has are stated; what was
 * not checked says so.
 */
import { element, rebuild, setText } from '../shared/dom.ts';
import { count, integer } from '../shared/format.ts';
import { icon } from '../shared/icons.ts';
import { weightFacts } from './equation.ts';
import { leavesOf } from './parameters.ts';
import { meanHolds, shortName } from './siteBand.ts';
import { touches, type Changed, type PageState } from './store.ts';

export interface Verdict {
  readonly title: string;
  /** null: not checked. */
  readonly holds: boolean | null;
  readonly text: string;
}

const icons = { true: ['holds', 'good'], false: ['error', 'bad'], null: ['unknown', 'second'] } as const;

export class Verdicts {
  readonly root: HTMLElement;
  private readonly second = element('span', { class: 'second small' });
  private readonly list = element('ul', { class: 'rows', 'aria-label': 'Verdicts' });

  constructor() {
    this.root = element(
      'section',
      { id: 'verdicts', 'aria-label': 'Verdicts' },
      element('div', { class: 'line' }, element('h2', {}, 'Verdicts'), element('span', { class: 'grow' }), this.second),
      this.list,
    );
  }

  update(state: PageState, changed: Changed): void {
    if (!touches(changed, 'history', 'facts', 'weight', 'description', 'summary', 'link')) return;
    const verdicts = verdictsOf(state);
    // What failed stands first; the order is otherwise always the same.
    const ordered = [...verdicts].sort((a, b) => Number(b.holds === false) - Number(a.holds === false));
    rebuild(this.list, JSON.stringify(ordered), () =>
      ordered.map(({ title, holds, text }) => {
        const [name, tone] = icons[String(holds) as keyof typeof icons];
        return element(
          'li',
          { class: 'verdict' },
          icon(name, tone),
          element('div', {}, element('h3', {}, title), element('p', {}, text)),
        );
      }),
    );
    const checked = verdicts.filter(({ holds }) => holds !== null);
    const held = checked.filter(({ holds }) => holds === true).length;
    setText(this.second, checked.length > 0 ? `${held} of ${checked.length} checked hold` : 'not checked yet');
  }
}

const WAITING = 'Not checked yet: needs one step.';

export function verdictsOf(state: PageState): Verdict[] {
  return [whoLearns(state), ...weightLaws(state), evalRepeats(state), keptRates(state), nobodyMoved(state)];
}

function whoLearns({ description, facts, history }: PageState): Verdict {
  const title = 'Who learns';
  const leaves = description ? leavesOf(description.tree) : [];
  const known = leaves.filter(({ name }) => facts?.params[name] !== undefined);
  if (known.length === 0) return { title, holds: null, text: WAITING };
  const step = integer(
    stepOfParams(
      history,
      leaves.map(({ name }) => name),
    ),
  );
  const cut = known.filter(({ name }) => facts?.params[name]?.g === null);
  const [first] = cut;
  if (first) {
    const more = cut.length > 1 ? ` Nor do ${count(cut.length - 1, 'other leaf', 'other leaves')}.` : '';
    return {
      title,
      holds: false,
      text: `${first.name} gets no gradient at step ${step}: it is cut off from the loss.${more}`,
    };
  }
  const all =
    known.length === leaves.length
      ? `All ${known.length} leaves have`
      : `${known.length} of ${leaves.length} leaves were looked at and have`;
  return {
    title,
    holds: true,
    text: `${all} a gradient at step ${step}. Whether the output moves with each was not checked.`,
  };
}

function weightLaws({ weight, selected, description }: PageState): Verdict[] {
  const titles = ['raw × mask = derived', 'Gradient through the mask'];
  if (!weight) {
    const site = description?.sites.find(({ name }) => name === selected);
    const text =
      site && site.kind !== 'weight' ? 'Not checked: choose a weight to check it at its newest step.' : WAITING;
    return titles.map((title) => ({ title, holds: null, text }));
  }
  const facts = weightFacts(weight);
  const where = `${shortName(weight.mask)}, step ${integer(weight.step)}`;
  return titles.map((title, index) => {
    const [holds, sentence] = facts[index] ?? [false, ''];
    const checked = weight.mode === 'eval' && index === 1 ? null : holds;
    return { title, holds: checked, text: `${where}: ${sentence}.` };
  });
}

function evalRepeats({ facts, history }: PageState): Verdict {
  const title = 'Eval repeats itself';
  const evaluations = history.validStep.length;
  if (evaluations === 0 || facts?.cleanEval === null || facts === null)
    return { title, holds: null, text: 'Not checked yet: needs one evaluation.' };
  const step = integer(history.validStep.at(evaluations - 1));
  const clean = facts.cleanEval;
  const text = clean
    ? `Two passes at step ${step} gave the same numbers.`
    : `Two passes at step ${step} gave different numbers.`;
  return { title, holds: clean, text };
}

function keptRates({ description, history }: PageState): Verdict {
  const title = 'Kept rates';
  const sites = description?.sites ?? [];
  const means = sites.map((site) => ({ site, ...meanOf(history.series('kept', site.name).values()) }));
  const known = means.filter(({ steps }) => steps > 0);
  if (known.length === 0) return { title, holds: null, text: WAITING };
  const outside = known.filter(({ site, mean, steps }) => !meanHolds(mean, site.p, site.draws, steps));
  const steps = integer(Math.max(...known.map((entry) => entry.steps)));
  const text = `${known.length - outside.length} of ${count(known.length, 'site')} within 4 standard errors over ${steps} recorded steps.`;
  const names = outside.map(({ site }) => shortName(site.name)).join(', ');
  return { title, holds: outside.length === 0, text: names ? `${text} Outside: ${names}.` : text };
}

function nobodyMoved({ history }: PageState): Verdict {
  const where = history.length > 0 ? ` at step ${integer(history.lastStep)}` : ' yet';
  return { title: 'Nobody moved a weight', holds: null, text: `Not checked${where}.` };
}

function meanOf(values: Float64Array): { mean: number; steps: number } {
  let [sum, steps] = [0, 0];
  for (const value of values)
    if (!Number.isNaN(value)) {
      sum += value;
      steps++;
    }
  return { mean: sum / steps, steps };
}

/** The step of the newest line that holds numbers of parameters. */
function stepOfParams(history: PageState['history'], names: readonly string[]): number {
  const indices = names.map((name) => history.lastKnown(history.series('paramUpdate', name), history.length - 1));
  return history.column('step').at(Math.max(-1, ...indices));
}
