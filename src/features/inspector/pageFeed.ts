/**
 * What has still to be told to the page, of the run it shows and of the one beside it. Changes only mark it; at most four
 * times a second, and only while the page can be seen, one message a run is made from the store as it is then. Nothing
 * queues.
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

/** What the page has been told of a run, and what it has still to be told. */
interface Followed {
  readonly run: string;
  sentStep: number;
  sentEvalStep: number;
  pending: 'nothing' | 'update' | 'snapshot';
}

export class PageFeed {
  readonly #options: PageFeedOptions;
  #shown = following('', 0, 0);
  /** The run beside it. */
  #compared = following('', 0, 0);
  #timer: NodeJS.Timeout | null = null;
  #waiting: { dispose(): unknown } | null = null;
  #sentAt = 0;

  constructor(options: PageFeedOptions) {
    this.#options = options;
  }

  /** The run the page shows, or is about to. */
  get run(): string {
    return this.#shown.run;
  }

  /** The page is to show this run ("": whichever is the newest): it is told so now, or as soon as it can be seen. */
  turnTo(run: string): void {
    if (run === this.#shown.run) return;
    this.#shown = following(run, 0, 0);
    this.#mark(this.#shown, 'snapshot');
  }

  /** The page has been given this much of this run in a snapshot. */
  restart(run: string, step: number, evalStep: number): void {
    this.#shown = following(run, step, evalStep);
  }

  /** The page has been given this much of the run that it lays beside the one shown; "" when there is none. */
  compare(run: string, step: number, evalStep: number): void {
    this.#compared = following(run, step, evalStep);
  }

  /** Something changed in the store. */
  changed({ run, what }: RunChange): void {
    const other = what === 'described' || what === 'rewound' ? 'snapshot' : 'update';
    if (what === 'list') this.#mark(this.#shown, 'snapshot');
    else for (const followed of [this.#shown, this.#compared]) if (run === followed.run) this.#mark(followed, other);
  }

  /** The page can be seen again: what it missed is sent. */
  resumed(): void {
    if (this.#shown.pending !== 'nothing' || this.#compared.pending !== 'nothing') this.#schedule();
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

  #mark(followed: Followed, what: 'update' | 'snapshot'): void {
    if (followed.pending !== 'snapshot') followed.pending = what;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer || !this.#options.visible()) return;
    const pause = Math.max(0, this.#sentAt + SHORTEST_PAUSE_MS - Date.now());
    this.#waiting = this.#options.activity.hold();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#options.visible()) this.#send();
      this.#settle();
    }, pause);
  }

  #send(): void {
    this.#sentAt = Date.now();
    for (const followed of [this.#shown, this.#compared]) {
      const { pending, run } = followed;
      followed.pending = 'nothing';
      const update = pending === 'update' ? this.#update(followed) : null;
      if (update) this.#options.notify('update', update);
      else if (pending === 'nothing') continue;
      else if (followed === this.#shown) this.#options.notify('changed', { run });
      else this.#options.notify('compare', { run, begin: false });
    }
  }

  #update(followed: Followed): PageUpdate | null {
    const run = this.#options.runs.get(followed.run);
    if (!run) return null;
    const history = this.#options.runs.history(run.id);
    const update = {
      summary: summaryOf(run),
      train: history.train(followed.sentStep),
      valid: history.valid(followed.sentEvalStep),
      facts: factsOf(run),
    };
    followed.sentStep = history.lastStep;
    followed.sentEvalStep = history.lastEvalStep;
    return update;
  }
}

function following(run: string, sentStep: number, sentEvalStep: number): Followed {
  return { run, sentStep, sentEvalStep, pending: 'nothing' };
}
