/**
 * Follows the host: a snapshot when the page opens or the run changes, updates while it trains, and the selection of
 * the tree. Notices when the host stops answering, says so, and tries again.
 */
import type { PageUpdate, Snapshot } from '../../src/shared/pageContract.ts';
import { sentenceOf } from '../../src/shared/sentenceOf.ts';
import type { Comparison } from './comparison.ts';
import type { HostClient } from './connection.ts';
import { History } from './history.ts';
import { leavesOf } from '../../src/shared/parameterNode.ts';
import { noTensors, targetOf, type PageState, type Store } from './store.ts';

const PATIENCE_MS = 8000;
const RETRY_MS = 2000;

export class Session {
  private readonly client: HostClient;
  private readonly store: Store;
  private readonly comparison: Comparison;
  private readonly onNewTensors: (chosen: boolean) => void;
  private asked = 0;

  constructor(client: HostClient, store: Store, comparison: Comparison, onNewTensors: (chosen: boolean) => void) {
    this.client = client;
    this.store = store;
    this.comparison = comparison;
    this.onNewTensors = onNewTensors;
    client.on('update', (update) => this.update(update));
    client.on('changed', ({ run }) => this.load(run));
    client.on('select', ({ name }) => {
      store.set({ tree: name });
      this.show(name);
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
        if (asked === this.asked) this.receive(snapshot);
      },
      (error: unknown) => {
        clearTimeout(impatience);
        this.store.set({ trouble: sentenceOf(error) });
        if (asked === this.asked) retry();
      },
    );
  }

  /** A dropout site or weight was chosen in the page: it is shown, and the trees follow. */
  select(name: string): void {
    const run = this.store.get().summary?.id;
    if (!this.show(name) || run === undefined) return;
    this.client.request('chosen', { run, name: this.store.get().selected }).catch((error: unknown) => {
      this.store.set({ trouble: sentenceOf(error) });
    });
  }

  /** Shows another site or weight and says whether it did; unknown names (of an older run) change nothing. */
  private show(name: string): boolean {
    const { description, selected } = this.store.get();
    // A raw weight and the mask drawn for it are one thing, known by the mask's name.
    const mask = leavesOf(description?.tree ?? []).find((leaf) => leaf.name === name)?.derived?.mask;
    const shown = mask ?? name;
    if (shown === selected || !targetOf(description, shown)) return false;
    this.store.set({ selected: shown, weight: null, mask: null, trouble: '', viewport: null, cursor: null, pin: null });
    this.onNewTensors(true);
    return true;
  }

  private receive(snapshot: Snapshot): void {
    const before = this.store.get();
    const { run } = snapshot;
    const history = new History();
    if (!run) {
      this.store.set({ link: 'live', runs: snapshot.runs, summary: null, description: null, facts: null, history });
      this.store.set({ ...noTensors, selected: '', viewed: null, range: null });
      return;
    }
    history.appendTrain(run.train);
    history.appendValid(run.valid);
    const same = before.summary?.id === run.summary.id;
    const sites = run.description?.sites ?? [];
    const own = [before.selected, sites.find((site) => site.kind === 'weight')?.name];
    const wishes = snapshot.selected === before.tree ? own : [snapshot.selected, ...own];
    const known = (wish: string | undefined) => wish !== undefined && targetOf(run.description, wish) !== null;
    const selected = wishes.find(known) ?? sites[0]?.name ?? '';
    // A page that has just been opened does not know yet what it was opened for.
    if (!before.summary && snapshot.compared !== '')
      this.store.set({ inPlace: 'compare', otherRun: snapshot.compared });
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
      ...(same ? {} : { viewed: null, range: null }),
      ...(same ? {} : noTensors),
      ...(sameSite ? {} : { weight: null, mask: null, trouble: '' }),
      ...(selected === before.selected ? {} : { viewport: null, cursor: null, pin: null }),
    });
    this.onNewTensors(false);
  }

  private update({ summary, train, valid, facts }: PageUpdate): void {
    const { runs, summary: shown, history } = this.store.get();
    const change: Partial<PageState> = {
      link: 'live',
      runs: runs.map((known) => (known.id === summary.id ? summary : known)),
    };
    if (shown?.id !== summary.id) {
      this.store.set(change);
      this.comparison.append({ summary, train, valid, facts });
      return;
    }
    history.appendTrain(train);
    history.appendValid(valid);
    this.store.set({ ...change, summary, facts, history });
    this.onNewTensors(false);
  }
}
