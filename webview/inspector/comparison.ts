/**
 * Keeps the run that is laid beside the one shown: asks the host for it while the comparison is open, appends what the
 * host tells of it, and asks for its distribution of the parameter chosen.
 */
import type { PageUpdate } from '../../src/shared/pageContract.ts';
import type { HistogramSeries } from '../../src/shared/stepContract.ts';
import { sentenceOf } from '../../src/shared/sentenceOf.ts';
import type { HostClient } from './connection.ts';
import { History } from './history.ts';
import { leavesOf } from '../../src/shared/parameterNode.ts';
import { histogramName, otherRunOf, type PageState, type Store } from './store.ts';

/** A distribution holds a whole run, so that of a live one is read less often. */
const HISTOGRAM_PAUSE_MS = 2000;

export class Comparison {
  private readonly client: HostClient;
  private readonly store: Store;
  /** The run shown when this was last looked at, and the one asked for to lay beside it. */
  private shown = '';
  private asked = '';
  /** The distribution asked for last, and how far the run was then. */
  private asking = nothingAsked;

  constructor(client: HostClient, store: Store) {
    this.client = client;
    this.store = store;
    client.on('compare', ({ run, begin }) => {
      if (begin) store.set({ inPlace: 'compare', otherRun: run });
      if (run === this.asked) this.read(run);
    });
  }

  /** To be called after every change of the page's state. */
  update(state: PageState): void {
    const shown = state.summary?.id ?? '';
    if (shown !== this.shown) {
      // The run that was beside it is shown now: they change places.
      if (shown !== '' && shown === state.otherRun) this.store.set({ otherRun: this.shown });
      this.shown = shown;
    }
    const now = this.store.get();
    const wanted = now.inPlace === 'compare' ? otherRunOf(now) : '';
    if (wanted !== this.asked) this.read(wanted);
    else if (wanted !== '') this.readHistograms(now);
  }

  /** New lines of a run that is not the one shown. */
  append({ summary, train, valid }: PageUpdate): void {
    const { other } = this.store.get();
    if (other?.summary.id !== summary.id) return;
    other.history.appendTrain(train);
    other.history.appendValid(valid);
    this.store.set({ other: { ...other, summary } });
  }

  private read(run: string): void {
    this.asked = run;
    this.asking = nothingAsked;
    if (this.store.get().other?.summary.id !== run)
      this.store.set({ other: null, otherHistograms: null, otherTrouble: '' });
    this.client.request('compared', { run }).then(
      (snapshot) => {
        if (run !== this.asked || !snapshot) return;
        const { summary, description, train, valid } = snapshot;
        const history = new History();
        history.appendTrain(train);
        history.appendValid(valid);
        this.store.set({ other: { summary, description, history }, otherTrouble: '' });
      },
      (error: unknown) => {
        if (run === this.asked) this.store.set({ otherTrouble: sentenceOf(error) });
      },
    );
  }

  private readHistograms(state: PageState): void {
    const { other, histogram } = state;
    const name = histogramName(state);
    const known = leavesOf(other?.description?.tree ?? []).some((leaf) => leaf.name === name);
    if (!other || !known) return;
    const request = { run: other.summary.id, name, of: histogram.of };
    const question = JSON.stringify(request);
    const { lastStep } = other.history;
    const same = question === this.asking.question;
    if (same && (lastStep === this.asking.step || performance.now() < this.asking.ms + HISTOGRAM_PAUSE_MS)) return;
    this.asking = { question, step: lastStep, ms: performance.now() };
    const answer = (otherHistograms: HistogramSeries | null, otherTrouble: string) => {
      if (question === this.asking.question) this.store.set({ otherHistograms, otherTrouble });
    };
    this.client.request('histograms', request).then(
      (series) => answer(series, ''),
      (error: unknown) => answer(null, sentenceOf(error)),
    );
  }
}

const nothingAsked = { question: '', step: 0, ms: -Infinity };
