/** The Runs view as data: one node a run, newest first. Icons and wording are those of the design. */
import type { RunContext } from '../../contributions.ts';
import { haltingText } from '../../host/haltingText.ts';
import { count, fixed } from '../../host/numberFormat.ts';
import { isElsewhere, isResumable, perplexity, type RunState } from '../../host/runState.ts';
import type { Translate } from '../../host/translate.ts';
import type { TreeNode } from '../../host/treeNode.ts';
import type { RunStatus } from '../../shared/engineContract.ts';
import { withoutStep } from '../../shared/stepSentence.ts';
import { hyperparameterKeys, hyperparameters } from '../../shared/hyperparameters.ts';

const ICONS: Readonly<Record<RunStatus, { readonly icon: string; readonly color?: string }>> = {
  starting: { icon: 'sync~spin' },
  running: { icon: 'sync~spin' },
  paused: { icon: 'debug-pause', color: 'charts.yellow' },
  done: { icon: 'pass', color: 'charts.green' },
  stopped: { icon: 'debug-stop' },
  failed: { icon: 'error', color: 'charts.red' },
  interrupted: { icon: 'debug-disconnect', color: 'charts.yellow' },
};

export function runTree(runs: readonly RunState[], t: Translate): TreeNode[] {
  return runs.map((run) => {
    const { icon, color } = run.halting ? ICONS.running : ICONS[run.status];
    const alike = runs.some((other) => other.id !== run.id && other.name === run.name);
    const description = [...(alike ? [begunAt(run, runs)] : []), describe(run, t)].join(' · ');
    return {
      id: run.id,
      label: run.name,
      description,
      icon,
      ...(color === undefined ? {} : { iconColor: color }),
      tooltip: tooltip(run, t),
      context: contextOf(run),
      spoken: `${run.name}: ${description}`,
      children: [],
    };
  });
}

/** What tells runs of one name apart: the time "09:18", and the day before it where that is not the newest run's. */
function begunAt({ startedAt }: RunState, runs: readonly RunState[]): string {
  const begun = new Date(startedAt);
  const newest = new Date(Math.max(...runs.map((run) => run.startedAt)));
  const time = begun.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  if (begun.toDateString() === newest.toDateString()) return time;
  return `${begun.toLocaleDateString(undefined, { month: 'short', day: 'numeric' })} ${time}`;
}

/** For example "paused 200/400 · loss 2.236 · ppl 8.69". */
function describe(run: RunState, t: Translate): string {
  const word = statusWord(run.status, t);
  if (run.halting) return [haltingText(run.halting, t), stepsOf(run)].join(' · ');
  if (run.status === 'starting') return run.message === '' ? word : `${word} · ${run.message}`;
  const steps = stepsOf(run);
  // What a run waits for comes before what it was doing.
  if (run.status === 'paused' && run.message !== '') return `${word} ${steps} · ${withoutStep(run.message, run.step)}`;
  const numbers = run.latest ? [t('loss {0}', fixed(run.latest.loss, 3)), t('ppl {0}', fixed(perplexity(run), 2))] : [];
  const where = isElsewhere(run) ? [t('by another process')] : [];
  return [`${word} ${steps}`, ...where, ...numbers].join(' · ');
}

function stepsOf({ step, plannedSteps }: RunState): string {
  return plannedSteps > 0 ? `${count(step)}/${count(plannedSteps)}` : count(step);
}

function statusWord(status: RunStatus, t: Translate): string {
  switch (status) {
    case 'starting':
      return t('starting');
    case 'running':
      return t('training');
    case 'paused':
      return t('paused');
    case 'done':
      return t('done');
    case 'stopped':
      return t('stopped');
    case 'failed':
      return t('failed');
    case 'interrupted':
      return t('interrupted');
  }
}

function contextOf({ status, live, halting }: RunState): RunContext {
  if (isResumable(status)) return 'run.resumable';
  // A run of another process is looked at, not steered.
  if (!live || status === 'done') return 'run.done';
  if (halting) return halting.by === 'stop' ? 'run.stopping' : 'run.pausing';
  return status === 'running' ? 'run.running' : status === 'paused' ? 'run.paused' : 'run.starting';
}

function tooltip(run: RunState, t: Translate): string {
  const backend = run.description ? `${run.description.backend.name}: ${run.description.backend.reason}` : '';
  const config: Readonly<Record<string, unknown>> = run.description?.config ?? run.record?.config ?? {};
  const changes = changedKeys(config);
  const rows = [
    `**${escape(run.name)}**`,
    run.message === '' ? '' : escape(run.message),
    run.latest
      ? t(
          'Step {0}: loss {1}, training perplexity {2}',
          count(run.latest.step),
          fixed(run.latest.loss, 3),
          fixed(run.latest.ppl, 2),
        )
      : '',
    run.latestEval
      ? t('Step {0}: validation perplexity {1}', count(run.latestEval.step), fixed(run.latestEval.ppl, 2))
      : '',
    changes === '' ? '' : t('Changed from the defaults: {0}', changes),
    t('Backend {0}', escape(backend || run.record?.backend || t('not chosen yet'))),
    typeof config['seed'] === 'number' ? t('Seed {0}', config['seed']) : '',
    t('Started {0}', new Date(run.startedAt).toLocaleString()),
    `\`${run.folder}\``,
  ];
  return rows.filter((row) => row !== '').join('\n\n');
}

/** Keys whose value is not the default one: what makes this run this run. */
export function changedKeys(config: Readonly<Record<string, unknown>>): string {
  return hyperparameterKeys
    .filter((key) => key in config && key !== 'seed' && key !== 'vocab_sz')
    .filter((key) => JSON.stringify(config[key]) !== JSON.stringify(hyperparameters[key].default))
    .map((key) => `\`${key}\` ${JSON.stringify(config[key])}`)
    .join(', ');
}

/** Text as it is, where Markdown is read. */
function escape(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|]/g, '\\$&');
}
