/**
 * Two runs side by side, in place of text and gradients: what differs, what came out and how far that can be trusted,
 * their curves, the distributions of one parameter, and one site's masks laid over each other.
 */
import { element, rebuild, setText } from '../shared/dom.ts';
import { icon } from '../shared/icons.ts';
import { saveMenu } from '../shared/saveMenu.ts';
import type { TakeAlong } from '../shared/takeAlong.ts';
import { cautionInWords, outcomeInWords, seedToTrain, type ComparedRun } from './comparedRuns.ts';
import { CompareCurves } from './compareCurves.ts';
import { CompareDistribution } from './compareDistribution.ts';
import { CompareFacts } from './compareFacts.ts';
import { CompareMasks } from './compareMasks.ts';
import { nameAmong } from './runNames.ts';
import { otherRunOf, touches, type Changed, type PageState, type Store } from './store.ts';

export class CompareSection {
  readonly root: HTMLElement;
  private readonly name = element('span', { class: 'cut compared-name' });
  private readonly pick = element('select', { class: 'pick', 'aria-label': 'Run to compare with' });
  private readonly outcome = element('p', { class: 'compare-outcome', 'aria-live': 'polite' });
  private readonly caution = element('p', { class: 'small second' });
  private readonly again = element('p', { class: 'small compare-again' });
  private readonly facts = new CompareFacts();
  private readonly trainWith: (run: string, seed: number) => void;
  private readonly curves: CompareCurves;
  private readonly distribution: CompareDistribution;
  private readonly masks: CompareMasks;
  private wasOpen = false;

  /**
   * `needSeries` is called when the distribution of another parameter is to be read, `trainWith` to train a run's config
   * on its texts with another seed.
   */
  constructor(
    store: Store,
    takeAlong: TakeAlong,
    needSeries: () => void,
    trainWith: (run: string, seed: number) => void,
  ) {
    this.trainWith = trainWith;
    this.curves = new CompareCurves(store);
    this.distribution = new CompareDistribution(store, needSeries);
    this.masks = new CompareMasks(store);
    this.pick.addEventListener('change', () => store.set({ otherRun: this.pick.value }));
    const close = { title: 'Close', 'aria-label': 'Close the comparison', click: () => store.set({ inPlace: '' }) };
    this.root = element(
      'section',
      { id: 'compare', class: 'in-place', 'aria-label': 'Compare' },
      element(
        'div',
        { class: 'line' },
        element('h2', {}, 'Compare'),
        element('span', { class: 'run-letter run-a' }, 'A'),
        this.name,
        element('span', { class: 'run-letter run-b' }, 'B'),
        this.pick,
        element('span', { class: 'grow' }),
        saveMenu(takeAlong, 'Save or copy the comparison', () => [
          ...this.curves.shown(),
          ...this.distribution.shown(),
          ...this.masks.shown(),
          ...this.facts.shown(),
        ]),
        element('button', { class: 'tool', ...close }, icon('close')),
      ),
      element('div', { class: 'compare-say' }, this.outcome, this.caution, this.again),
      element(
        'div',
        { class: 'compare-grid' },
        this.curves.root,
        this.facts.root,
        this.distribution.root,
        this.masks.root,
      ),
    );
  }

  update(state: PageState, changed: Changed): void {
    const open = state.inPlace === 'compare';
    const opened = open && !this.wasOpen;
    this.wasOpen = open;
    this.root.hidden = !open;
    if (!open || !touches(changed, ...parts)) return;
    const { summary, description, history, other } = state;
    const a: ComparedRun | null = summary && { summary, description, history };
    this.showRuns(state);
    setText(this.outcome, a && other ? outcomeInWords(a, other) : waiting(state));
    setText(this.caution, a && other ? cautionInWords(a, other, state.runs) : '');
    this.showAgain(state);
    this.facts.update(a, other);
    this.curves.update(state);
    this.distribution.update(state);
    this.masks.update(state);
    // Whoever asked for the comparison elsewhere finds it in sight.
    if (opened) this.root.scrollIntoView({ block: 'nearest' });
  }

  /** What would tell chance from effect: each config with a seed that it has not been trained with. */
  private showAgain({ summary, other, runs }: PageState): void {
    const pairs =
      summary && other
        ? ([
            ['A', summary, other.summary],
            ['B', other.summary, summary],
          ] as const)
        : [];
    const offers = pairs
      .filter(([, run], index) => run.recipe !== '' && (index === 0 || run.recipe !== summary?.recipe))
      .map(([name, run, beside]) => ({ name, id: run.id, seed: seedToTrain(run, beside, runs) }));
    rebuild(this.again, JSON.stringify(offers), () =>
      offers.map(({ name, id, seed }) =>
        element(
          'button',
          { class: 'link', click: () => this.trainWith(id, seed) },
          `Train ${name}’s config with seed ${seed}`,
        ),
      ),
    );
  }

  private showRuns(state: PageState): void {
    const { runs, summary, other } = state;
    setText(this.name, summary ? nameAmong(summary, runs) : '');
    const others = runs.filter(({ id }) => id !== summary?.id);
    rebuild(this.pick, others.map(({ id, name, status }) => `${id} ${name} ${status}`).join('\n'), () =>
      others.map((run) => element('option', { value: run.id }, `${nameAmong(run, runs)}, step ${run.step}`)),
    );
    this.pick.hidden = others.length === 0;
    const wanted = otherRunOf(state);
    if (this.pick.value !== wanted) this.pick.value = wanted;
    this.root.classList.toggle('alone', !other);
  }
}

const parts = [
  'link',
  'inPlace',
  'summary',
  'runs',
  'description',
  'history',
  'other',
  'otherRun',
  'otherHistograms',
  'otherTrouble',
  'histograms',
  'histogram',
  'comparedSite',
  'selected',
  'viewport',
  'weight',
  'viewed',
  'range',
  'measure',
  'trouble',
] as const;

/** Why there is nothing to compare yet. */
function waiting(state: PageState): string {
  if (state.link === 'connecting') return 'Asking for the runs.';
  if (!state.summary) return 'No run yet. Train two, then compare them.';
  if (otherRunOf(state) === '') return 'There is only one run. Train another to compare it with.';
  return state.otherTrouble === '' ? 'Reading the other run.' : `The other run cannot be read: ${state.otherTrouble}`;
}
