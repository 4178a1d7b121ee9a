/** The page's help: every key and gesture by the place where it works, from a button or with the question mark. */
import { openDialog } from './dialog.ts';
import { element } from './dom.ts';
import { icon } from './icons.ts';

/** Where keys work, and what each does. */
export interface KeySection {
  readonly where: string;
  readonly keys: readonly (readonly [keys: string, does: string])[];
}

/** What holds wherever a picture, a row or a text has the focus. */
export const pictureKeys: KeySection = {
  where: 'On any picture, row of a list, or text',
  keys: [
    ['T', 'opens its numbers as a table'],
    ['S', 'saves the picture as PNG'],
    ['C', 'copies the picture'],
  ],
};

/** The button; the question mark does the same unless something is being typed. */
export function helpButton(sections: readonly KeySection[]): HTMLElement {
  const open = () => {
    if (document.querySelector('dialog[open]') === null) openHelp(sections);
  };
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement && event.target.type !== 'range';
    if (event.key !== '?' || typing || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
  return element(
    'button',
    { class: 'tool', title: 'Keys (?)', 'aria-label': 'Keys', 'aria-keyshortcuts': '?', click: open },
    icon('help'),
  );
}

function openHelp(sections: readonly KeySection[]): void {
  const content = sections.flatMap(({ where, keys }) => [
    element('h3', {}, where),
    element('dl', {}, ...keys.flatMap(([key, does]) => [element('dt', {}, key), element('dd', {}, does)])),
  ]);
  openDialog(
    'Keys',
    element('div', { class: 'scroll help', tabindex: 0, role: 'region', 'aria-label': 'Keys' }, ...content),
  );
}
