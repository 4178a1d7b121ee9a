/**
 * Follows the host: a snapshot when the page opens or the run changes, updates while it trains, and the selection of
 * the tree. Notices when the host stops answering, says so, and tries again.
 */
import type { PageUpdate, Snapshot } from '../../src/shared/pageContract.ts';
import type { HostClient } from './connection.ts';
import { History } from './history.ts';
import type { PageState, Store } from './store.ts';

const PATIENCE_MS = 8000;
const RETRY_MS = 2000;

export class Session {
  private readonly client: HostClient;
  private readonly store: Store;
  private readonly onNewTensors: () => void;
  private asked = 0;

  constructor(client: HostClient, store: Store, onNewTensors: () => void) {
    this.client = client;
    this.store = store;
    this.onNewTensors = onNewTensors;
    client.on('update', (update) => this.update(update));
    client.on('changed', ({ run }) => this.load(run));
    client.on('select', ({ name }) => {
      store.set({ tree: name });
      this.select(name);
    });
    client.onClose(() => store.set({ link: 'lost' }));
  }

  /** Asks for the history of a run ("" leaves the choice to the host) and shows it. */
  load(run: string): void {
    const asked = ++this.asked;
    const retry = () => {
      this.store.set({ link: 'lost' });
      setTimeout(() => asked === this.asked && this.load(run), RETRY_MS);
    };
    const impatience = setTimeout(retry, PATIENCE_MS);
    this.client.request('snapshot', { run }).then(
      (snapshot) => {
        clearTimeout(impatience);
        if (asked === this.asked) this.show(snapshot);
      },
      (error: unknown) => {
        clearTimeout(impatience);
        this.store.set({ trouble: error instanceof Error ? error.message : String(error) });
        if (asked === this.asked) retry();
      },
    );
  }

  /** Shows another dropout site; unknown names (a plain parameter, an older run) change nothing. */
  select(name: string): void {
    const { description, selected } = this.store.get();
    if (name === selected || !description?.sites.some((site) => site.name === name)) return;
    this.store.set({ selected: name, ...noTensors, viewport: null, cursor: null, pin: null });
    this.onNewTensors();
  }

  private show(snapshot: Snapshot): void {
    const before = this.store.get();
    const { run } = snapshot;
    const history = new History();
    if (!run) {
      this.store.set({ link: 'live', runs: snapshot.runs, summary: null, description: null, facts: null, history });
      this.store.set({ ...noTensors, selected: '', viewed: null });
      return;
    }
    history.appendTrain(run.train);
    history.appendValid(run.valid);
    const same = before.summary?.id === run.summary.id;
    const sites = run.description?.sites ?? [];
    const own = [before.selected, sites.find((site) => site.kind === 'weight')?.name];
    const wishes = snapshot.selected === before.tree ? own : [snapshot.selected, ...own];
    const selected = wishes.find((wish) => sites.some((site) => site.name === wish)) ?? sites[0]?.name ?? '';
    const sameSite = same && selected === before.selected;
    this.store.set({
      link: 'live',
      runs: snapshot.runs,
      summary: run.summary,
      description: run.description,
      facts: run.facts,
      history,
      selected,
      tree: snapshot.selected,
      trouble: '',
      ...(same ? {} : { viewed: null }),
      ...(sameSite ? {} : noTensors),
      ...(selected === before.selected ? {} : { viewport: null, cursor: null, pin: null }),
    });
    this.onNewTensors();
  }

  private update({ summary, train, valid, facts }: PageUpdate): void {
    const { runs, summary: shown, history } = this.store.get();
    const change: Partial<PageState> = {
      link: 'live',
      runs: runs.map((known) => (known.id === summary.id ? summary : known)),
    };
    if (shown?.id !== summary.id) {
      this.store.set(change);
      return;
    }
    history.appendTrain(train);
    history.appendValid(valid);
    this.store.set({ ...change, summary, facts, history });
    this.onNewTensors();
  }
}

const noTensors = { weight: null, mask: null, batch: null, trouble: '' } satisfies Partial<PageState>;
