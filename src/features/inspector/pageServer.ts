/** Answers what the inspector page asks: snapshots from the run store, tensors from the engine, buttons as commands. */
import * as vscode from 'vscode';
import { commands, settings, views } from '../../contributions.ts';
import { showFailure } from '../../host/commandTable.ts';
import { factsOf, summaryOf, type RunState } from '../../host/runState.ts';
import type { Services } from '../../host/services.ts';
import { takeAlongHandlers } from '../../host/takeAlong.ts';
import type { EngineRequests } from '../../shared/engineContract.ts';
import type { PageRequests, RunSnapshot, RunSummary, Snapshot } from '../../shared/pageContract.ts';
import type { CancellationLike, Handlers } from '../../shared/rpc.ts';
import type { PageFeed } from './pageFeed.ts';
import { trainWith } from './trainWith.ts';

const COMMANDS: Readonly<Record<PageRequests['command'][0]['command'], string>> = {
  pause: commands.pause,
  resume: commands.resume,
  step: commands.step,
  stop: commands.stop,
  train: commands.train,
  trainSample: commands.trainSample,
  showLog: commands.showLog,
  // VS Code's own, of every view.
  showBreakpoints: `${views.breakpoints}.focus`,
};

/** What is asked about a run's steps goes to the engine as it is. */
type OfSteps = keyof PageRequests & keyof EngineRequests;

/** @param feed gives the handlers the feed of their page, which exists only once the page is connected */
export function pageHandlers(services: Services, feed: () => PageFeed): Handlers<PageRequests> {
  const { engine, activity, runs, shown, verdicts } = services;
  /** An engine that was started since does not know the run by its id, but finds it by its folder. */
  const inFolder = <T extends { run: string }>(request: T): T => ({
    ...request,
    run: runs.get(request.run)?.folder ?? request.run,
  });
  const askEngine =
    <M extends OfSteps>(method: M) =>
    (request: EngineRequests[M][0], token: CancellationLike): Promise<EngineRequests[M][1]> =>
      activity.track(engine.request(method, inFolder(request), token));
  return {
    snapshot: ({ run }) => activity.track(snapshot(services, feed(), run)),
    compared: ({ run }) => activity.track(compared(services, feed(), run)),
    weight: askEngine('weight'),
    mask: askEngine('mask'),
    batch: askEngine('batch'),
    kept: askEngine('kept'),
    verdicts: askEngine('verdicts'),
    check: async (request, token) => {
      const view = await askEngine('check')(request, token);
      verdicts.accept(request.run, view);
      return view;
    },
    reach: askEngine('reach'),
    gradients: askEngine('gradients'),
    histograms: askEngine('histograms'),
    activations: askEngine('activations'),
    gates: askEngine('gates'),
    tokens: askEngine('tokens'),
    whatIf: (request, token) => {
      const nativePath = vscode.workspace.getConfiguration().get<string>(settings.nativePath) ?? '';
      return askEngine('whatIf')({ ...request, ...(nativePath === '' ? {} : { nativePath }) }, token);
    },
    trainWith: async (request) => {
      await trainWith(services, request).catch(showFailure);
      return null;
    },
    chosen: ({ run, name }) => {
      if (runs.get(run)) shown.choose(run, name);
      return null;
    },
    command: async ({ command, run }) => {
      const args = ['pause', 'resume', 'step', 'stop'].includes(command) && run !== '' ? [run] : [];
      // What goes wrong is shown here: the page only draws.
      await Promise.resolve(vscode.commands.executeCommand(COMMANDS[command], ...args)).catch(showFailure);
      return null;
    },
    openBudget: async () => {
      await vscode.commands.executeCommand('workbench.action.openSettings', `@id:${settings.budgetPercent}`);
      return null;
    },
    ...takeAlongHandlers,
  };
}

/** The asked run, else the shown one, else the newest; its curves are read first when it is a past one. */
async function snapshot(services: Services, feed: PageFeed, asked: string): Promise<Snapshot> {
  const { runs, shown } = services;
  const wanted = runs.get(asked) ?? shown.run ?? runs.all[0];
  if (wanted) shown.show(wanted.id);
  const run = await loaded(services, wanted);
  const told = run && runs.history(run.id);
  feed.restart(run?.id ?? '', told?.lastStep ?? 0, told?.lastEvalStep ?? 0);
  return {
    runs: summaries(runs.all),
    run: run ? runSnapshot(services, run) : null,
    selected: shown.mask,
    compared: shown.compared,
  };
}

/** The second run; "" or an unknown one ends the comparison. */
async function compared(services: Services, feed: PageFeed, asked: string): Promise<RunSnapshot | null> {
  const { runs, shown } = services;
  // At once: a snapshot that is asked for meanwhile must know of it.
  shown.comparedInPage(asked);
  const run = await loaded(services, runs.get(asked));
  const told = run && runs.history(run.id);
  feed.compare(run?.id ?? '', told?.lastStep ?? 0, told?.lastEvalStep ?? 0);
  return run ? runSnapshot(services, run) : null;
}

/** The run as it is once the curves of a past one have been read. */
async function loaded({ runs, log }: Services, wanted: RunState | undefined): Promise<RunState | undefined> {
  if (!wanted) return undefined;
  await runs.load(wanted.id).catch((error: unknown) => log.warn(`${wanted.folder}: ${String(error)}`));
  return runs.get(wanted.id);
}

function runSnapshot({ runs }: Services, run: RunState): RunSnapshot {
  const history = runs.history(run.id);
  return {
    summary: summaryOf(run),
    description: run.description,
    train: history.train(),
    valid: history.valid(),
    facts: factsOf(run),
  };
}

function summaries(runs: readonly RunState[]): RunSummary[] {
  return runs.map(summaryOf);
}
