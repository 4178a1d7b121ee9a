/** Answers what the inspector page asks: snapshots from the run store, tensors from the engine, buttons as commands. */
import * as vscode from 'vscode';
import { commands, settings, views } from '../../contributions.ts';
import { showFailure } from '../../host/commandTable.ts';
import { factsOf, summaryOf, type RunState } from '../../host/runState.ts';
import type { Services } from '../../host/services.ts';
import { takeAlongHandlers } from '../../host/takeAlong.ts';
import type { PageRequests, RunSnapshot, RunSummary, Snapshot } from '../../shared/pageContract.ts';
import type { Handlers } from '../../shared/rpc.ts';
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

/** @param feed gives the handlers the feed of their page, which exists only once the page is connected */
export function pageHandlers(services: Services, feed: () => PageFeed): Handlers<PageRequests> {
  const { engine, activity, runs, shown, verdicts } = services;
  /** An engine that was started since does not know the run by its id, but finds it by its folder. */
  const inFolder = <T extends { run: string }>(request: T): T => ({
    ...request,
    run: runs.get(request.run)?.folder ?? request.run,
  });
  return {
    snapshot: ({ run }) => activity.track(snapshot(services, feed(), run)),
    compared: ({ run }) => activity.track(compared(services, feed(), run)),
    weight: (request, token) => activity.track(engine.request('weight', inFolder(request), token)),
    mask: (request, token) => activity.track(engine.request('mask', inFolder(request), token)),
    batch: (request, token) => activity.track(engine.request('batch', inFolder(request), token)),
    kept: (request, token) => activity.track(engine.request('kept', inFolder(request), token)),
    verdicts: (request, token) => activity.track(engine.request('verdicts', inFolder(request), token)),
    check: async (request, token) => {
      const view = await activity.track(engine.request('check', inFolder(request), token));
      verdicts.accept(request.run, view);
      return view;
    },
    reach: (request, token) => activity.track(engine.request('reach', inFolder(request), token)),
    gradients: (request, token) => activity.track(engine.request('gradients', inFolder(request), token)),
    histograms: (request, token) => activity.track(engine.request('histograms', inFolder(request), token)),
    activations: (request, token) => activity.track(engine.request('activations', inFolder(request), token)),
    gates: (request, token) => activity.track(engine.request('gates', inFolder(request), token)),
    tokens: (request, token) => activity.track(engine.request('tokens', inFolder(request), token)),
    whatIf: (request, token) => {
      const nativePath = vscode.workspace.getConfiguration().get<string>(settings.nativePath) ?? '';
      const asked = { ...inFolder(request), ...(nativePath === '' ? {} : { nativePath }) };
      return activity.track(engine.request('whatIf', asked, token));
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
