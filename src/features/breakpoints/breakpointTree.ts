/** The Breakpoints view as data: one node a breakpoint, with a box to enable it. Wording is a debugger's. Pure. */
import type { LastHit } from '../../host/breakpointList.ts';
import { count } from '../../host/numberFormat.ts';
import type { RunState } from '../../host/runState.ts';
import type { Translate } from '../../host/translate.ts';
import type { TreeNode } from '../../host/treeNode.ts';
import {
  GRADIENT_JUMP,
  LONG_STEP,
  LOSS_JUMP,
  NOT_FINITE,
  ZEROS_GROW,
  type Breakpoint,
} from '../../shared/breakpoint.ts';

/** What a condition is called where it has a name; else it is its own. */
export function nameOf(when: string, t: Translate): string {
  switch (when) {
    case NOT_FINITE:
      return t('Numbers are not finite');
    case GRADIENT_JUMP:
      return t('Gradient norm jumps');
    case LOSS_JUMP:
      return t('Loss jumps');
    case LONG_STEP:
      return t('A weight moves too far in a step');
    case ZEROS_GROW:
      return t('A raw weight fills with zeros');
    default:
      return when;
  }
}

/** `live`: the run in hand, which may stand at one of them. */
export function breakpointTree(
  list: readonly Breakpoint[],
  lastHit: (id: string) => LastHit | undefined,
  live: RunState | undefined,
  t: Translate,
): TreeNode[] {
  return list.map((breakpoint) => {
    const { id, when, enabled } = breakpoint;
    const label = nameOf(when, t);
    const here = live?.status === 'paused' && live.hits.some((hit) => hit.id === id);
    const hit = lastHit(id);
    const facts = [
      ...(label === when ? [] : [when]),
      ...(breakpoint.fromHit === undefined ? [] : [t('from hit {0}', count(breakpoint.fromHit))]),
      ...(hit ? [t('hit {0}×, last at step {1}', count(hit.hits), count(hit.step))] : []),
    ];
    const state = here ? t('the run stands here') : enabled ? t('enabled') : t('disabled');
    return {
      id,
      label,
      description: facts.join(' · '),
      ...iconOf(here, enabled),
      tooltip: tooltip(breakpoint, here ? (live?.message ?? '') : '', t),
      context: enabled ? 'breakpoint.enabled' : 'breakpoint.disabled',
      spoken: [label, ...facts, state].join(', '),
      children: [],
      checked: enabled,
    };
  });
}

function iconOf(here: boolean, enabled: boolean): Pick<TreeNode, 'icon' | 'iconColor'> {
  if (here) return { icon: 'debug-stackframe', iconColor: 'debugIcon.breakpointCurrentStackframeForeground' };
  return enabled
    ? { icon: 'debug-breakpoint-conditional', iconColor: 'debugIcon.breakpointForeground' }
    : { icon: 'debug-breakpoint-conditional-disabled', iconColor: 'debugIcon.breakpointDisabledForeground' };
}

function tooltip({ when }: Breakpoint, message: string, t: Translate): string {
  const rows = [
    message === '' ? '' : `**${message}**`,
    t('Training pauses after the first step at which this becomes true:'),
    `\`${when}\``,
    when === NOT_FINITE
      ? t(
          'Resuming goes back to the last good checkpoint. Switched off, such numbers spread, and no checkpoint is kept of them.',
        )
      : t('Resuming goes on; the next pause needs a step at which it is false in between.'),
  ];
  return rows.filter((row) => row !== '').join('\n\n');
}
