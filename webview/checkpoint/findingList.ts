/** The sentences about the file, each with the sign of its kind; one about a tensor leads to it. */
import type { CheckpointFinding } from '../../src/shared/checkpointContract.ts';
import { element } from '../shared/dom.ts';
import { icon } from '../shared/icons.ts';

const signs = {
  damage: { icon: 'error', tone: 'bad', word: 'Damage: ' },
  caution: { icon: 'warning', tone: 'caution', word: 'Caution: ' },
  fact: { icon: 'holds', tone: '', word: '' },
} as const;

/** More than this is no summary; the rest is behind a button. */
const FIRST = 12;

export function findingList(findings: readonly CheckpointFinding[], select: (name: string) => void): HTMLElement {
  const lines = findings.map(({ kind, sentence, tensor }) => {
    const sign = signs[kind];
    const text =
      tensor === ''
        ? element('span', {}, sentence)
        : element('button', { class: 'sentence', click: () => select(tensor) }, sentence);
    const word = element('span', { class: 'unseen' }, sign.word);
    return element('li', {}, icon(sign.icon, sign.tone), word, text);
  });
  const list = element('ul', { class: 'findings', 'aria-label': 'What this file tells' }, ...lines.slice(0, FIRST));
  const rest = lines.slice(FIRST);
  if (rest.length === 0) return list;
  const more = element('button', { class: 'link', click: () => show() }, `${rest.length} more`);
  const show = () => {
    more.remove();
    list.append(...rest);
    rest[0]?.querySelector('button')?.focus();
  };
  return element('div', {}, list, more);
}
