/**
 * Asks what an open panel asks of a run it follows (webview/inspector/pull.ts): every 250 ms the selected weight, a step later
 * everything else of that step, and the last prediction's reach in at most a hundredth of the time. Each answer is also turned
 * into the bytes that would leave the engine; drawing them is the page's own time.
 */
import { serialize } from 'node:v8';
import type { RunDescription, WeightView } from '../../shared/engineContract.ts';
import { batchView } from '../probes/batchView.ts';
import { gradientView } from '../probes/gradientView.ts';
import { predictionReach } from '../probes/predictionReach.ts';
import { tokenView } from '../probes/tokenView.ts';
import { verdictView } from '../probes/verdictView.ts';
import type { WeightQuery } from '../probes/weightView.ts';
import { WeightViews } from '../probes/weightViews.ts';
import type { RunWatch } from '../session/runWatch.ts';
import type { ViewedRun } from '../session/viewedRuns.ts';

const PAUSE_MS = 250;
const COARSE_CELLS = 65_536;
const REACH_SHARE = 100;

export class OpenPanel {
  readonly #watch: RunWatch;
  readonly #weight: string;
  readonly #weights = new WeightViews();
  #askedAt = -Infinity;
  #reachDueAt = -Infinity;
  /** The step whose weight was sent and that everything else is asked of. */
  #shown: number | null = null;

  constructor(watch: RunWatch, { sites }: RunDescription) {
    this.#watch = watch;
    this.#weight = sites.find(({ kind }) => kind === 'weight')!.name;
  }

  /** Between two steps, where a run answers. */
  afterStep(): void {
    if (this.#shown !== null) this.#theRest(this.#shown);
    else if (performance.now() - this.#askedAt >= PAUSE_MS) this.#askWeight();
  }

  #askWeight(): void {
    const query: WeightQuery & { step?: number } = { name: this.#weight, maxCells: COARSE_CELLS };
    if (this.#watch.waits('weight', query)) return;
    this.#askedAt = performance.now();
    const view = ({ recorded, description }: ViewedRun): WeightView => this.#weights.view(recorded, description, query);
    this.#shown = this.#send('weight', query, view).step;
  }

  #theRest(step: number): void {
    this.#shown = null;
    const query = { step };
    this.#send('batch', query, (run) => batchView(run.recorded, run.description, run.words));
    this.#send('verdicts', query, (run) => verdictView(run.recorded, run.description));
    this.#send('gradients', query, (run) => gradientView(run.recorded, run.description));
    this.#send('tokens', query, (run) => tokenView(run.recorded, run.description));
    serialize(this.#watch.keptView());
    if (performance.now() < this.#reachDueAt) return;
    const { ms } = this.#send('reach', query, (run) => predictionReach(run.recorded));
    this.#reachDueAt = performance.now() + REACH_SHARE * ms;
  }

  #send<T>(what: string, query: Partial<WeightQuery> & { readonly step?: number }, view: (run: ViewedRun) => T): T {
    const answer = this.#watch.answer(what, query, view);
    serialize(answer);
    return answer;
  }
}
