/**
 * What has still to be told to the page. Changes only mark it; at most four times a second, and only while the page can
 * be seen, one message is made from the store as it is then. Nothing queues.
 */
import type { Activity } from '../../host/activity.ts';
import { factsOf, summaryOf } from '../../host/runState.ts';
import type { RunChange, RunStore } from '../../host/runStore.ts';
import type { PageNotifications, PageUpdate } from '../../shared/pageContract.ts';

const SHORTEST_PAUSE_MS = 250;

export interface PageFeedOptions {
  readonly runs: Pick<RunStore, 'get' | 'history'>;
  readonly activity: Pick<Activity, 'hold'>;
  readonly visible: () => boolean;
  readonly notify: <M extends keyof PageNotifications>(method: M, params: PageNotifications[M]) => void;
}

export class PageFeed {
  readonly #options: PageFeedOptions;
  #run = '';
  #sentStep = 0;
  #sentEvalStep = 0;
  #pending: 'nothing' | 'update' | 'snapshot' = 'nothing';
  #timer: NodeJS.Timeout | null = null;
  #waiting: { dispose(): unknown } | null = null;
  #sentAt = 0;

  constructor(options: PageFeedOptions) {
    this.#options = options;
  }

  /** The run the page shows. */
  get run(): string {
    return this.#run;
  }

  /** The page has been given this much of this run in a snapshot. */
  restart(run: string, step: number, evalStep: number): void {
    this.#run = run;
    this.#sentStep = step;
    this.#sentEvalStep = evalStep;
    this.#pending = 'nothing';
  }

  /** Something changed in the store. */
  changed({ run, what }: RunChange): void {
    if (what === 'list') this.#mark('snapshot');
    else if (run === this.#run) this.#mark(what === 'described' || what === 'rewound' ? 'snapshot' : 'update');
  }

  /** The page can be seen again: what it missed is sent. */
  resumed(): void {
    if (this.#pending !== 'nothing') this.#schedule();
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#settle();
  }

  #settle(): void {
    this.#waiting?.dispose();
    this.#waiting = null;
  }

  #mark(what: 'update' | 'snapshot'): void {
    if (this.#pending !== 'snapshot') this.#pending = what;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer || !this.#options.visible()) return;
    const pause = Math.max(0, this.#sentAt + SHORTEST_PAUSE_MS - Date.now());
    this.#waiting = this.#options.activity.hold();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#send();
      this.#settle();
    }, pause);
  }

  #send(): void {
    const pending = this.#pending;
    if (pending === 'nothing' || !this.#options.visible()) return;
    this.#pending = 'nothing';
    this.#sentAt = Date.now();
    const update = pending === 'update' ? this.#update() : null;
    if (update) this.#options.notify('update', update);
    else this.#options.notify('changed', { run: this.#run });
  }

  #update(): PageUpdate | null {
    const run = this.#options.runs.get(this.#run);
    if (!run) return null;
    const history = this.#options.runs.history(run.id);
    const update = {
      summary: summaryOf(run),
      train: history.train(this.#sentStep),
      valid: history.valid(this.#sentEvalStep),
      facts: factsOf(run),
    };
    this.#sentStep = history.lastStep;
    this.#sentEvalStep = history.lastEvalStep;
    return update;
  }
}
