/**
 * Asks for all that depends on the step viewed: tensors in view, the batch, verdicts, gradients and token losses, all of
 * one and the same step. At most four times a second while a run is followed, one round at a time, nothing while the
 * page is hidden. Wishes do not queue: the next round is for what is wanted then, and an outdated one is cancelled.
 */
import { CancellationTokenSource } from 'vscode-jsonrpc/browser';
import type { Window } from '../../src/shared/engineContract.ts';
import type { PageRequests } from '../../src/shared/pageContract.ts';
import { Disconnected } from '../../src/shared/rpc.ts';
import { sentenceOf } from '../../src/shared/sentenceOf.ts';
import type { HostClient } from './connection.ts';
import { histogramName, selectedTarget, type PageState, type Store } from './store.ts';

const SHORTEST_PAUSE_MS = 250;
/** Between rounds while a person scrubs. */
const SCRUB_PAUSE_MS = 80;
/** Histograms and activations hold a whole run, so those of a live one are read less often. */
const HISTOGRAM_PAUSE_MS = 2000;
/** While a live run is followed, computing the last prediction's reach takes at most one part in so many of the time. */
const REACH_SHARE = 100;
/** Enough for every cell of a 512 x 128 weight when all of it is shown; what is finer comes in tiles. */
const COARSE_CELLS = 65_536;

type StepMethod = 'batch' | 'verdicts' | 'gradients' | 'tokens' | 'gates';

export class Pull {
  private readonly client: HostClient;
  private readonly store: Store;
  private readonly wantedWindow: () => Window | undefined;
  private wanted = false;
  private hurried = false;
  private inFlight: CancellationTokenSource | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastMs = -Infinity;
  private reachMs = -Infinity;
  private histogramMs = -Infinity;
  private histogramKey = '';
  private activationMs = -Infinity;

  /** `wantedWindow` says which cells of the selected weight are needed; undefined: all of them. */
  constructor(client: HostClient, store: Store, wantedWindow: () => Window | undefined) {
    this.client = client;
    this.store = store;
    this.wantedWindow = wantedWindow;
    document.addEventListener('visibilitychange', () => this.plan());
  }

  /** There may be newer numbers. A step that was chosen and is shown stays as it is. */
  request(): void {
    this.wanted = true;
    this.plan();
  }

  /** The person chose another step, site or parameter: what is being asked for is outdated. */
  hurry(): void {
    this.wanted = true;
    this.hurried = true;
    this.inFlight?.cancel();
    clearTimeout(this.timer);
    this.timer = undefined;
    this.plan();
  }

  private plan(): void {
    if (!this.wanted || this.inFlight || this.timer !== undefined || document.hidden) return;
    const least = this.hurried ? SCRUB_PAUSE_MS : SHORTEST_PAUSE_MS;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        if (!document.hidden) void this.round();
      },
      Math.max(0, this.lastMs + least - performance.now()),
    );
  }

  private async round(): Promise<void> {
    const before = this.store.get();
    this.wanted = this.hurried = false;
    if (!before.summary || !before.description || !before.selected) return;
    const outdated = new CancellationTokenSource();
    this.inFlight = outdated;
    this.lastMs = performance.now();
    try {
      const answer = await this.ask(before, before.summary.id, outdated);
      // An answer for a run, site or step that is no longer shown would put a picture under another's name.
      if (!outdated.token.isCancellationRequested && sameView(before, this.store.get())) this.store.set(answer);
    } catch (error) {
      if (!(error instanceof Disconnected) && !outdated.token.isCancellationRequested)
        this.store.set({ trouble: sentenceOf(error) });
    } finally {
      this.inFlight = null;
      outdated.dispose();
      this.plan();
    }
  }

  private async ask(state: PageState, run: string, { token }: CancellationTokenSource): Promise<Partial<PageState>> {
    const { viewed, selected } = state;
    const target = selectedTarget(state);
    const window = this.wantedWindow();
    const chosen = viewed === null ? {} : { step: viewed };
    const where = { run, name: selected, maxCells: COARSE_CELLS, ...chosen };
    const troubles: string[] = [];
    const soft = <T>(request: Promise<T>) =>
      request.catch((error: unknown) => {
        if (error instanceof Disconnected) throw error;
        troubles.push(sentenceOf(error));
        return null;
      });
    // First of all, since it is known at once and says what is being read meanwhile.
    const keeping = this.part(state, token, 'kept', soft(this.client.request('kept', { run }, token)));
    // Where the picture cannot be had, nobody waits for it.
    keeping.catch(() => undefined);
    const tensors =
      target?.kind === 'mask'
        ? { mask: await this.client.request('mask', where, token) }
        : { weight: await this.client.request('weight', window ? { ...where, window } : where, token) };
    // The run may have gone on meanwhile: everything else is asked of the step that was answered.
    const step = tensors.mask?.step ?? tensors.weight?.step ?? 0;
    this.showPart(state, token, tensors);
    const of = <M extends StepMethod>(method: M): Promise<PageRequests[M][1] | null> =>
      this.part(state, token, method, soft(this.client.request(method, { run, step }, token)));
    const [batch, verdicts, gradients, tokens, kept, reach, histograms, activations, gates] = await Promise.all([
      of('batch'),
      of('verdicts'),
      of('gradients'),
      of('tokens'),
      keeping,
      soft(this.reachOf(state, run, step, token)),
      soft(this.histogramsOf(state, run, token)),
      soft(this.activationsOf(state, run, token)),
      state.inPlace === 'activations' ? of('gates') : null,
    ]);
    const changes = {
      ...(reach === 'unchanged' ? {} : { reach }),
      ...(histograms === 'unchanged' ? {} : { histograms }),
      ...(activations === 'unchanged' ? {} : { activations }),
      ...(state.inPlace === 'activations' ? { gates } : {}),
    };
    return { ...tensors, batch, verdicts, gradients, tokens, kept, ...changes, trouble: troubles[0] ?? '' };
  }

  /** A part of the answer that is shown as soon as it is there, while there is no picture yet. */
  private async part<T>(
    state: PageState,
    token: CancellationTokenSource['token'],
    name: StepMethod | 'kept',
    answer: Promise<T>,
  ): Promise<T> {
    const value = await answer;
    this.showPart(state, token, { [name]: value });
    return value;
  }

  /** Where something is shown already, all of a step changes together. */
  private showPart(before: PageState, token: CancellationTokenSource['token'], part: Partial<PageState>): void {
    const first = before.weight === null && before.mask === null;
    if (first && !token.isCancellationRequested && sameView(before, this.store.get())) this.store.set(part);
  }

  /** A pass through the model of its own: a run that trains meanwhile is asked for it less often than for the rest. */
  private async reachOf(state: PageState, run: string, step: number, token: CancellationTokenSource['token']) {
    const { reach, reachOf, summary, viewed } = state;
    if (reachOf !== 'prediction' || reach?.step === step) return 'unchanged';
    const follows = viewed === null && summary?.status === 'running';
    if (reach && follows && performance.now() < this.reachMs + REACH_SHARE * reach.ms) return 'unchanged';
    this.reachMs = performance.now();
    return this.client.request('reach', { run, step }, token);
  }

  private async activationsOf(state: PageState, run: string, token: CancellationTokenSource['token']) {
    if (state.inPlace !== 'activations') return 'unchanged';
    if (state.activations && performance.now() < this.activationMs + HISTOGRAM_PAUSE_MS) return 'unchanged';
    this.activationMs = performance.now();
    return this.client.request('activations', { run }, token);
  }

  private async histogramsOf(state: PageState, run: string, token: CancellationTokenSource['token']) {
    if (state.inPlace !== 'histograms' && state.inPlace !== 'compare') return 'unchanged';
    const request = { run, name: histogramName(state), of: state.histogram.of };
    const key = JSON.stringify(request);
    const soon = performance.now() < this.histogramMs + HISTOGRAM_PAUSE_MS;
    if (key === this.histogramKey && soon && state.histograms) return 'unchanged';
    this.histogramMs = performance.now();
    this.histogramKey = key;
    return this.client.request('histograms', request, token);
  }
}

function sameView(a: PageState, b: PageState): boolean {
  return a.summary?.id === b.summary?.id && a.selected === b.selected && a.viewed === b.viewed;
}
