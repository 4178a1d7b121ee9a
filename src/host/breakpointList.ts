/**
 * The breakpoints of this workspace: kept with it, given to every run that starts, and to the one that trains as soon as
 * they change. Counts how often each was hit in the run in hand.
 */
import * as vscode from 'vscode';
import { defaultBreakpoints, type Breakpoint, type BreakpointHit } from '../shared/breakpoint.ts';
import { readCondition } from '../shared/breakpointExpression.ts';
import type { StatusUpdate } from '../shared/engineContract.ts';
import { sentenceOf } from '../shared/sentenceOf.ts';
import type { EngineSupervisor } from '../supervisor/engineSupervisor.ts';
import { Disposables } from './disposables.ts';
import type { RunStore } from './runStore.ts';

const KEY = 'breakpoints';

/** When a breakpoint was hit last, and how often by then. */
export interface LastHit extends BreakpointHit {
  readonly step: number;
}

export interface BreakpointListOptions {
  readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
  readonly engine: EngineSupervisor;
  readonly runs: RunStore;
  readonly log: Pick<vscode.LogOutputChannel, 'warn'>;
}

export class BreakpointList implements vscode.Disposable {
  readonly #options: BreakpointListOptions;
  readonly #disposables = new Disposables();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<void>());
  readonly #hit = this.#disposables.add(new vscode.EventEmitter<string>());
  readonly #hits = new Map<string, LastHit>();
  #list: readonly Breakpoint[];

  /** Fires when the list or a count of hits is another one. */
  readonly onDidChange = this.#changed.event;
  /** Fires with the id of a breakpoint that has paused a run. */
  readonly onDidHit = this.#hit.event;

  constructor(options: BreakpointListOptions) {
    this.#options = options;
    const { memory, engine, runs } = options;
    // What another version kept may not be readable by this one.
    this.#list = memory.get<readonly Breakpoint[]>(KEY, defaultBreakpoints).filter(isReadable);
    this.#disposables.add(engine.on('status', (update) => this.#count(update)));
    // While a run is being prepared the engine cannot be told; it is when it has been.
    this.#disposables.add(
      runs.onDidChange(({ run, what }) => {
        if (what === 'described' && run === runs.live?.id) this.#give();
      }),
    );
  }

  get all(): readonly Breakpoint[] {
    return this.#list;
  }

  get(id: string): Breakpoint | undefined {
    return this.#list.find((one) => one.id === id);
  }

  /** In the run in hand. */
  lastHit(id: string): LastHit | undefined {
    return this.#hits.get(id);
  }

  /** Gives its id; one with the same condition is changed instead. Throws a sentence when the condition cannot be read. */
  async add(breakpoint: Omit<Breakpoint, 'id'>): Promise<string> {
    const { when } = breakpoint;
    readCondition(when);
    const same = this.#list.find((one) => one.when === when);
    if (same) {
      await this.change(same.id, breakpoint);
      return same.id;
    }
    const id = freeId(this.#list);
    await this.#set([...this.#list, { ...breakpoint, id }]);
    return id;
  }

  /** Throws a sentence when there is none of that id, or the new condition cannot be read. */
  async change(id: string, change: Partial<Omit<Breakpoint, 'id'>>): Promise<void> {
    if (change.when !== undefined) readCondition(change.when);
    const known = this.#known(id);
    if (change.when !== undefined && change.when !== known.when) this.#hits.delete(id);
    await this.#set(this.#list.map((one) => (one.id === id ? { ...one, ...change } : one)));
  }

  async remove(id: string): Promise<void> {
    this.#known(id);
    this.#hits.delete(id);
    await this.#set(this.#list.filter((one) => one.id !== id));
  }

  async enableAll(enabled: boolean): Promise<void> {
    await this.#set(this.#list.map((one) => ({ ...one, enabled })));
  }

  /** Those that everyone starts with, and no others. */
  async reset(): Promise<void> {
    await this.#set(defaultBreakpoints);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #known(id: string): Breakpoint {
    const found = this.get(id);
    if (!found) throw new Error(vscode.l10n.t('there is no breakpoint "{0}"', id));
    return found;
  }

  async #set(list: readonly Breakpoint[]): Promise<void> {
    this.#list = list;
    this.#give();
    this.#changed.fire();
    await this.#options.memory.update(KEY, list);
  }

  #give(): void {
    const { engine, runs, log } = this.#options;
    const { live } = runs;
    if (!live?.description) return;
    engine.request('breakpoints', { run: live.id, list: this.#list }).catch((error: unknown) => {
      // It may have ended on the way.
      if (runs.live?.id === live.id) log.warn(sentenceOf(error));
    });
  }

  #count({ status, step, hits }: StatusUpdate): void {
    if (status === 'starting' && this.#hits.size > 0) this.#hits.clear();
    else if (!hits) return;
    for (const hit of hits ?? []) this.#hits.set(hit.id, { ...hit, step });
    this.#changed.fire();
    for (const { id } of hits ?? []) this.#hit.fire(id);
  }
}

function isReadable({ when }: Breakpoint): boolean {
  try {
    readCondition(when);
    return true;
  } catch {
    return false;
  }
}

function freeId(list: readonly Breakpoint[]): string {
  const ids = new Set(list.map(({ id }) => id));
  let number = list.length + 1;
  while (ids.has(`own-${number}`)) number++;
  return `own-${number}`;
}
