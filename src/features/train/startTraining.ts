/** Starts and continues runs: lists the run at once, asks the engine, and takes it off the list when it is refused. */
import * as vscode from 'vscode';
import { settings } from '../../contributions.ts';
import { newRun, type RunState } from '../../host/runState.ts';
import type { Services } from '../../host/services.ts';
import type { StartRequest } from '../../shared/engineContract.ts';
import { Disconnected } from '../../shared/rpc.ts';
import { sentenceOf } from '../../shared/sentenceOf.ts';
import { startRequest, type TrainJob, type Wishes } from './trainJob.ts';

/**
 * Resolves to the run's id once training has started.
 * @throws the engine's sentence when config or corpus cannot be used; then no run is left behind
 */
export async function startTraining(services: Services, job: TrainJob): Promise<string> {
  requireTrust();
  requireFreeEngine(services);
  const { runs, folders, shown } = services;
  const now = new Date();
  const id = folders.newId(job.name, now);
  const folder = vscode.Uri.joinPath(folders.root, id).fsPath;
  const configFile = job.config !== null && 'file' in job.config ? job.config.file : '';
  runs.begin({ ...newRun(id, job.name, folder, now.getTime()), configFile });
  shown.show(id);
  try {
    await ask(services, id, startRequest(job, folder, wishes(services)));
  } catch (error) {
    // A run that lost its engine on the way is there to be resumed; one that was refused never began.
    if (runs.get(id)?.status !== 'interrupted') runs.forget(id);
    throw error;
  }
  return id;
}

/** Continues a run that was stopped, failed or lost its engine, from its last checkpoint. */
export async function continueRun(services: Services, run: RunState): Promise<void> {
  requireTrust();
  requireFreeEngine(services);
  const { runs, shown } = services;
  await runs.load(run.id).catch((error: unknown) => services.log.warn(`${run.id}: ${sentenceOf(error)}`));
  const before = runs.get(run.id) ?? run;
  runs.begin({ ...before, live: true, status: 'starting', message: '', tensor: '', hits: [], halting: null });
  shown.show(run.id);
  // Its own config is in its folder, backend included: a run goes on as what it was.
  const job: TrainJob = { name: run.name, corpus: [], documents: [], base: run.folder, config: null };
  try {
    await ask(services, run.id, {
      ...startRequest(job, run.folder, { ...wishes(services), backend: 'auto' }),
      resume: true,
    });
  } catch (error) {
    if (runs.get(run.id)?.status !== 'interrupted') runs.begin({ ...before, live: false });
    throw error;
  }
}

async function ask(services: Services, id: string, request: StartRequest): Promise<void> {
  const { engine, runs } = services;
  try {
    runs.describe(id, await engine.request('start', request));
  } catch (error) {
    if (error instanceof Disconnected) throw new Error(runs.get(id)?.message || error.message, { cause: error });
    throw error;
  }
}

function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new Error(vscode.l10n.t('training waits until you trust this workspace (Workspaces: Manage Workspace Trust)'));
}

/** One run at a time: two would share the cores, and neither would be what it is alone. */
function requireFreeEngine({ runs }: Services): void {
  const { live } = runs;
  if (live) throw new Error(vscode.l10n.t('{0} is {1}: stop it first, a checkpoint is kept', live.name, live.status));
}

function wishes({ breakpoints }: Services): Wishes {
  const configuration = vscode.workspace.getConfiguration();
  return {
    backend: configuration.get<string>(settings.backend) ?? 'auto',
    nativePath: configuration.get<string>(settings.nativePath) ?? '',
    budgetPercent: configuration.get<number>(settings.budgetPercent) ?? 10,
    breakpoints: breakpoints.all,
  };
}
