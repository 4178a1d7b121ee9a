/** The words that embedding dropout dropped at a step, those of the batch first. */
import type { MaskView } from '../../src/shared/engineContract.ts';
import { element } from '../shared/dom.ts';
import { count, integer } from '../shared/format.ts';

const MOST_WORDS = 60;

export function droppedWords(view: MaskView): HTMLElement[] {
  const words = view.droppedWords ?? [];
  const inBatch = words.filter((entry) => entry.inBatch > 0);
  const item = ({ word, inBatch: times }: { word: string; inBatch: number }) =>
    element('li', {}, element('s', {}, word), times > 0 ? element('span', { class: 'second' }, ` ${times}×`) : '');
  const dropped = Math.round((1 - view.kept) * view.site.draws);
  const among =
    inBatch.length > 0
      ? `${integer(inBatch.length)} of them in this batch, most frequent first`
      : 'none of them in this batch';
  const more = dropped - Math.min(words.length, MOST_WORDS);
  return [
    element('h3', {}, `${count(dropped, 'word')} of ${integer(view.site.draws)} dropped`),
    element('p', { class: 'second small' }, among),
    element(
      'ul',
      { class: 'words', tabindex: 0, 'aria-label': 'Dropped words' },
      ...words.slice(0, MOST_WORDS).map(item),
    ),
    ...(more > 0 ? [element('p', { class: 'second small' }, `and ${integer(more)} more`)] : []),
  ];
}
