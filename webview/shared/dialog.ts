/** A modal dialog with a title and a button that closes it, as Escape does; it gives the focus back where it was. */
import { element } from './dom.ts';
import { icon } from './icons.ts';

export function openDialog(title: string, ...content: HTMLElement[]): void {
  const close = { title: 'Close (Escape)', 'aria-label': 'Close', click: () => dialog.close() };
  const dialog = element(
    'dialog',
    { class: 'dialog', 'aria-label': title },
    element(
      'div',
      { class: 'line' },
      element('h2', { class: 'cut', title }, title),
      element('span', { class: 'grow' }),
      element('button', { class: 'tool', ...close }, icon('close')),
    ),
    ...content,
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
