/** How the file differs from a config: what is missing, what is left over and what has another shape. */
import type { CheckpointComparison } from '../../src/shared/checkpointContract.ts';
import { element } from '../shared/dom.ts';
import { icon } from '../shared/icons.ts';

/** Lines of one kind at most; the first ones tell what is wrong. */
const MOST_LINES = 40;

export function comparisonList({ config, missing, unexpected, misshapen }: CheckpointComparison): HTMLElement {
  const name = config.replace(/^.*[\\/]/, '');
  const lines = [
    ...misshapen.map(
      ({ name: of, shape, wanted }) => `${of} is [${shape.join(', ')}], ${name} needs [${wanted.join(', ')}].`,
    ),
    ...missing.map(({ name: of, shape, meant }) => {
      const hint = meant === '' ? '' : ` Is it ${meant}?`;
      return `${of} [${shape.join(', ')}] is missing.${hint}`;
    }),
    ...unexpected.map(({ name: of, shape }) => `${of} [${shape.join(', ')}] has no place in a model of ${name}.`),
  ];
  const fits = lines.length === 0;
  const shown = fits ? [`The file fits ${name}: every tensor has its place.`] : lines.slice(0, MOST_LINES);
  if (lines.length > MOST_LINES) shown.push(`${lines.length - MOST_LINES} more differ.`);
  return element(
    'ul',
    { class: 'findings', 'aria-label': `Compared with ${name}` },
    ...shown.map((line) =>
      element('li', {}, icon(fits ? 'holds' : 'warning', fits ? '' : 'caution'), element('span', {}, line)),
    ),
  );
}
