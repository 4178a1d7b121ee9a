/** The words that embedding dropout dropped at a step, those of the batch first. */
import type { MaskView } from '../../src/shared/engineContract.ts';
import { element } from '../shared/dom.ts';
import { count, integer } from '../shared/format.ts';

const MOST_WORDS = 60;

/** `unit` is what the vocabulary holds: word or character. */
export function droppedWords(view: MaskView, unit: string): HTMLElement[] {
  const words = view.droppedWords ?? [];
  const inBatch = words.filter((entry) => entry.inBatch > 0);
  const item = ({ word, inBatch: times }: { word: string; inBatch: number }) =>
    element('li', {}, element('s', {}, word), times > 0 ? element('span', { class: 'second' }, ` ${times}×`) : '');
  const dropped = Math.round((1 - view.kept) * view.site.draws);
  const among =
    inBatch.length > 0
      ? `${integer(inBatch.length)} of them in this batch, most frequent first`
      : 'none of them in this batch';
  const title = element('h3', {}, `${integer(dropped)} of ${count(view.site.draws, unit)} dropped`);
  if (dropped === 0) return [title];
  const more = dropped - Math.min(words.length, MOST_WORDS);
  return [
    title,
    element('p', { class: 'second small' }, among),
    element(
      'ul',
      { class: 'words', tabindex: 0, 'aria-label': `Dropped ${unit}s` },
      ...words.slice(0, MOST_WORDS).map(item),
    ),
    ...(more > 0 ? [element('p', { class: 'second small' }, `and ${integer(more)} more`)] : []),
  ];
}
