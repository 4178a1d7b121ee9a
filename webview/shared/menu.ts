/**
 * A button that opens a menu of actions: arrows move, Home and End jump, Enter and Space choose, Escape and Tab close.
 * Choices of a group (what the action is about) stay open; nothing happens by merely moving.
 */
import { element } from './dom.ts';

export interface MenuAction {
  readonly label: string;
  readonly act: () => void;
}

/** One of several that the actions can be about. */
export interface MenuGroup {
  readonly label: string;
  readonly names: readonly string[];
}

export class MenuButton {
  readonly root: HTMLElement;
  private readonly button: HTMLButtonElement;
  private readonly list: HTMLElement;
  private readonly group: () => MenuGroup | null;
  private readonly actions: (chosen: number) => readonly MenuAction[];
  private chosen = 0;

  /** `actions` are asked for when the menu opens and when another of the group is chosen. */
  constructor(
    label: string,
    symbol: Node,
    group: () => MenuGroup | null,
    actions: (chosen: number) => readonly MenuAction[],
  ) {
    this.group = group;
    this.actions = actions;
    this.list = element('div', { class: 'menu', role: 'menu', popover: 'auto', 'aria-label': label });
    this.button = element(
      'button',
      {
        class: 'tool',
        title: label,
        'aria-label': label,
        'aria-haspopup': 'menu',
        'aria-expanded': 'false',
      },
      symbol,
    );
    this.button.popoverTargetElement = this.list;
    this.root = element('span', { class: 'menu-button' }, this.button, this.list);
    this.list.addEventListener('beforetoggle', (event) => {
      if (event.newState !== 'open') return;
      this.fill();
      if (this.list.childElementCount === 0) event.preventDefault();
    });
    this.list.addEventListener('toggle', (event) => {
      const open = event.newState === 'open';
      this.button.setAttribute('aria-expanded', String(open));
      if (open) this.place();
    });
    this.list.addEventListener('keydown', (event) => this.press(event));
  }

  /** Under the button, or over it where there is more room, and within the window. */
  private place(): void {
    const at = this.button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.list;
    const below = at.bottom + height <= window.innerHeight;
    this.list.style.left = `${Math.max(4, Math.min(at.right - width, window.innerWidth - width - 4))}px`;
    this.list.style.top = `${Math.max(4, below ? at.bottom : at.top - height)}px`;
    this.items()[0]?.focus();
  }

  private fill(): void {
    const group = this.group();
    const names = group?.names ?? [];
    this.chosen = Math.min(this.chosen, Math.max(0, names.length - 1));
    const choices = names.map((name, index) =>
      this.item(name, 'menuitemradio', () => {
        this.chosen = index;
        this.fill();
        this.items()[index]?.focus();
      }),
    );
    choices[this.chosen]?.setAttribute('aria-checked', 'true');
    const actions = this.actions(this.chosen).map(({ label, act }) =>
      this.item(label, 'menuitem', () => {
        this.close();
        act();
      }),
    );
    const grouped = group
      ? [element('div', { class: 'menu-group', role: 'group', 'aria-label': group.label }, ...choices)]
      : [];
    this.list.replaceChildren(...grouped, ...actions);
  }

  private item(label: string, role: 'menuitem' | 'menuitemradio', click: () => void): HTMLButtonElement {
    const checked = role === 'menuitemradio' ? { 'aria-checked': 'false' } : {};
    return element('button', { class: 'menu-item', role, tabindex: -1, ...checked, click }, label);
  }

  private items(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>('.menu-item')];
  }

  private close(): void {
    this.list.hidePopover();
    this.button.focus();
  }

  private press(event: KeyboardEvent): void {
    const items = this.items();
    const at = items.findIndex((item) => item === document.activeElement);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) items[to]?.focus();
    else if (event.key === 'Escape') this.close();
    else {
      // The menu goes, and Tab goes on from its button.
      if (event.key === 'Tab') this.close();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
