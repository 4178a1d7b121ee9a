/**
 * Asks what-if questions: a moment after the last change, one at a time, and only while the section is open. A question
 * that is outdated is withdrawn; the engine stops it before its next draw.
 */
import { CancellationTokenSource } from 'vscode-jsonrpc/browser';
import { whatIfProblem, DEFAULT_DRAWS } from '../../src/shared/whatIf.ts';
import { Disconnected } from '../../src/shared/rpc.ts';
import { sentenceOf } from '../../src/shared/sentenceOf.ts';
import type { HostClient } from './connection.ts';
import type { PageState, Store } from './store.ts';
import { noAnswer, stepOnPage, type WhatIfAnswer, type WhatIfChoice } from './whatIfState.ts';

/** From the last move of a slider to the question. */
const PAUSE_MS = 200;

export class WhatIfQuestion {
  private readonly client: HostClient;
  private readonly store: Store;
  private asked = '';
  private asking: CancellationTokenSource | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: HostClient, store: Store) {
    this.client = client;
    this.store = store;
    client.on('whatIfProgress', ({ step, done, draws }) => {
      if (this.asking && step === store.get().whatIf.step) this.tell({ awaited: { done, draws } });
    });
  }

  /** Sees to it that what is asked for is what the page shows now. */
  update(state: PageState): void {
    const { inPlace, summary, description, link, whatIf } = state;
    if (inPlace !== 'whatIf' || !summary || !description || link !== 'live') {
      if (inPlace !== 'whatIf') this.withdraw();
      return;
    }
    if (whatIf.run !== summary.id || whatIf.step === 0) {
      const step = stepOnPage(state);
      if (step === 0) return;
      this.store.set({ whatIf: { run: summary.id, step, changes: {} }, whatIfAnswer: noAnswer });
      return;
    }
    const question = keyOf(whatIf);
    if (question === this.asked) return;
    this.withdraw();
    this.asked = question;
    const trouble = whatIfProblem(description.config, whatIf);
    if (trouble !== '') {
      this.tell({ awaited: null, trouble });
      return;
    }
    this.tell({ awaited: { done: 0, draws: DEFAULT_DRAWS }, trouble: '' });
    this.timer = setTimeout(() => void this.ask(whatIf), PAUSE_MS);
  }

  private withdraw(): void {
    clearTimeout(this.timer);
    this.asking?.cancel();
    this.asking = null;
    this.asked = '';
  }

  private async ask({ run, step, changes }: WhatIfChoice): Promise<void> {
    const outdated = new CancellationTokenSource();
    this.asking = outdated;
    const question = this.asked;
    // A slider that moved since the last frame has not been asked for yet, and is not to be moved back.
    const overtaken = (): boolean => this.asking !== outdated || keyOf(this.store.get().whatIf) !== question;
    try {
      const view = await this.client.request('whatIf', { run, step, changes }, outdated.token);
      const known = this.store.get().whatIfAnswer.batch;
      const batch =
        known?.step === view.step
          ? known
          : await this.client.request('batch', { run, step: view.step }, outdated.token);
      if (overtaken()) return;
      // The step may have been let go meanwhile: then the answer is of the one nearest to it.
      const whatIf = { run, step: view.step, changes };
      this.asked = keyOf(whatIf);
      this.store.set({ whatIf, whatIfAnswer: { view, batch, awaited: null, trouble: '' } });
    } catch (error) {
      if (overtaken() || error instanceof Disconnected) return;
      this.tell({ awaited: null, trouble: sentenceOf(error) });
    } finally {
      if (this.asking === outdated) this.asking = null;
      outdated.dispose();
    }
  }

  private tell(change: Partial<WhatIfAnswer>): void {
    this.store.set({ whatIfAnswer: { ...this.store.get().whatIfAnswer, ...change } });
  }
}

function keyOf({ run, step, changes }: WhatIfChoice): string {
  return JSON.stringify([run, step, Object.entries(changes).map(([key, value]) => `${key} ${value}`)]);
}
