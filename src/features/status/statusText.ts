/** What the status bar says of a run, in few characters; pure. Null when there is nothing to say. */
import { haltingText } from '../../host/haltingText.ts';
import { duration, fixed, rate } from '../../host/numberFormat.ts';
import type { RunState } from '../../host/runState.ts';
import type { Translate } from '../../host/translate.ts';

export interface StatusText {
  /** With codicons: "$(sync~spin) genesis 201/400  loss 2.24  137k tok/s  2 min left". */
  readonly text: string;
  readonly spoken: string;
  readonly tooltip: string;
}

export function statusText(run: RunState | undefined, t: Translate): StatusText | null {
  if (!run) return null;
  const steps = run.plannedSteps > 0 ? `${run.step}/${run.plannedSteps}` : String(run.step);
  const shown = (text: string, ...more: string[]): StatusText => ({
    text: [text, ...more].join('  '),
    spoken: [t('Dropscope: {0} is {1}, step {2}', run.name, run.status, run.step), ...more].join(', '),
    tooltip: run.message === '' ? t('Open the inspector') : `${run.message}\n\n${t('Open the inspector')}`,
  });
  const { halting } = run;
  if (halting) {
    const doing = haltingText(halting, t);
    const spoken = t('Dropscope: {0} is {1}, step {2}', run.name, doing, run.step);
    return { ...shown(`$(sync~spin) ${run.name} ${steps}`, doing), spoken };
  }
  switch (run.status) {
    case 'starting':
      return shown(`$(sync~spin) ${run.name}`, run.message || t('starting'));
    case 'running':
      return shown(`$(sync~spin) ${run.name} ${steps}`, ...pace(run, t));
    case 'paused':
      return run.tensor === ''
        ? shown(`$(debug-pause) ${run.name} ${steps}`, ...(run.hits.length > 0 ? [t('breakpoint')] : []))
        : shown(`$(error) ${t('{0}: loss not finite at {1}', run.name, run.step)}`);
    case 'failed':
      return shown(`$(error) ${run.name}: ${firstClause(run.message) || t('failed at {0}', run.step)}`);
    case 'interrupted':
      return shown(`$(debug-disconnect) ${t('{0}: interrupted at {1}', run.name, run.step)}`);
    case 'done':
    case 'stopped':
      return null;
  }
}

function pace(run: RunState, t: Translate): string[] {
  return [
    ...(run.latest ? [t('loss {0}', fixed(run.latest.loss, 2))] : []),
    ...(Number.isFinite(run.tokensPerSecond) ? [rate(run.tokensPerSecond)] : []),
    ...(Number.isFinite(run.secondsLeft) ? [t('{0} left', duration(run.secondsLeft))] : []),
  ];
}

/** A status bar has room for a clause; the tooltip has the sentence. */
function firstClause(message: string): string {
  const clause = message.split(/[;(]/)[0]?.trim() ?? '';
  return clause.length > 60 ? `${clause.slice(0, 59)}…` : clause;
}
