/** One line at the lower edge that says what was just done, also to screen readers, and goes away by itself. */
import { element, setText } from './dom.ts';

const SHOWN_FOR_MS = 6000;

export class Notice {
  readonly root = element('p', { class: 'notice', role: 'status' });
  private timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    clearTimeout(this.timer);
    setText(this.root, text);
    this.timer = setTimeout(() => setText(this.root, ''), SHOWN_FOR_MS);
  }
}
