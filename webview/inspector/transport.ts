/**
 * The buttons that drive the run, and their keys. One whose command is under way is dimmed and does nothing, but keeps the
 * focus; when buttons take each other's place, the focus goes on to the one that stands there now.
 */
import type { RunStatus } from '../../src/shared/engineContract.ts';
import type { PageRequests, RunSummary } from '../../src/shared/pageContract.ts';
import { element, rebuild } from '../shared/dom.ts';
import { integer } from '../shared/format.ts';
import { icon, type IconName } from '../shared/icons.ts';
import type { PageState } from './store.ts';

export type Command = PageRequests['command'][0]['command'];

interface Button {
  readonly command: Command;
  /** What stands at one and the same place: Pause and Continue do. */
  readonly role: 'breakpoints' | 'go' | 'step' | 'stop' | 'log';
  readonly label: string;
  readonly keys?: string;
  readonly symbol?: IconName;
  readonly tone?: string;
  readonly off?: boolean;
}

export class Transport {
  readonly root = element('div', { class: 'transport', role: 'toolbar', 'aria-label': 'Run' });
  private readonly command: (command: Command) => void;
  private readonly made = new Map<HTMLElement, Button>();

  constructor(command: (command: Command) => void) {
    this.command = command;
  }

  update({ link, summary }: PageState): void {
    const status = link === 'connecting' ? null : (summary?.status ?? 'none');
    const at = status === 'paused' ? breakpointButton(summary) : null;
    const offered = status === null ? [] : [...(at ? [at] : []), ...buttonsOf(summary)];
    const lost = link !== 'live';
    const focused = this.made.get(document.activeElement as HTMLElement);
    const takesItsPlace = offered.find(({ role }) => role === focused?.role);
    const rebuilt = rebuild(this.root, `${status} ${lost} ${summary?.elsewhere} ${at?.label}`, () => {
      this.made.clear();
      return offered.map((button) => this.make(button, lost || (button.off === true && button !== takesItsPlace)));
    });
    for (const [button, { command, off }] of this.made) {
      if (off === true || isUnderWay(command, summary)) button.setAttribute('aria-disabled', 'true');
      else button.removeAttribute('aria-disabled');
      if (rebuilt && command === takesItsPlace?.command) button.focus();
    }
  }

  private make(button: Button, disabled: boolean): HTMLButtonElement {
    const { command, label, keys, symbol, tone } = button;
    const click = () => {
      if (made.ariaDisabled !== 'true') this.command(command);
    };
    const attributes = { 'data-command': command, disabled, click };
    const title = keys ? `${label} (${keys})` : label;
    const made = symbol
      ? element('button', { class: 'tool', 'aria-label': label, title, ...attributes }, icon(symbol, tone))
      : element('button', { class: 'primary', ...attributes }, label);
    this.made.set(made, button);
    return made;
  }
}

/** The keys of the buttons, while the page has the focus: which command a key means for this run, if any. */
export function commandOfKey(event: KeyboardEvent, summary: RunSummary | null): Command | null {
  const keys = `${event.shiftKey ? 'Shift+' : ''}${event.key}`;
  const button = buttonsOf(summary).find((candidate) => candidate.keys === keys && !candidate.off);
  return button && !isUnderWay(button.command, summary) ? button.command : null;
}

/** A run that is to pause can still be stopped; one that is to stop can be asked for nothing more. */
function isUnderWay(command: Command, summary: RunSummary | null): boolean {
  const by = summary?.halting?.by;
  if (command === 'stop') return by === 'stop';
  return by !== undefined && ['pause', 'resume', 'step'].includes(command);
}

const log: Button = { command: 'showLog', role: 'log', label: 'Show log', symbol: 'log' };

/** First, so that the others stay where they are: which breakpoints the run stands at, and the way to the list of all. */
function breakpointButton(summary: RunSummary | null): Button | null {
  const hits = summary?.hits ?? [];
  if (hits.length === 0) return null;
  const which = hits
    .map(({ when, hits }) => `${when} (hit ${hits === 1 ? 'once' : `${integer(hits)} times`})`)
    .join(', ');
  return {
    command: 'showBreakpoints',
    role: 'breakpoints',
    label: `Show breakpoints: ${which}`,
    symbol: 'breakpoint',
    tone: 'bad',
  };
}

function buttonsOf(summary: RunSummary | null): readonly Button[] {
  if (!summary) return [{ command: 'trainSample', role: 'go', label: 'Train the sample' }, log];
  const steering = steeringOf(summary.status);
  // Only the process that trains a run can steer it.
  return [...(summary.elsewhere ? steering.map((button) => ({ ...button, off: true })) : steering), log];
}

function steeringOf(status: RunStatus): readonly Button[] {
  const running = status === 'running' || status === 'starting';
  const resumable = status === 'paused' || status === 'interrupted' || status === 'failed' || status === 'stopped';
  const label = status === 'paused' ? 'Continue' : 'Resume from the last checkpoint';
  return [
    running
      ? { command: 'pause', role: 'go', label: 'Pause', keys: 'F5', symbol: 'pause', off: status === 'starting' }
      : { command: 'resume', role: 'go', label, keys: 'F5', symbol: 'continue', off: !resumable },
    { command: 'step', role: 'step', label: 'Step one batch', keys: 'F10', symbol: 'step', off: status !== 'paused' },
    {
      command: 'stop',
      role: 'stop',
      label: 'Stop',
      keys: 'Shift+F5',
      symbol: 'stop',
      off: !running && status !== 'paused',
    },
  ];
}
