/** The facts on every tensor as one table, and those of one as a line. */
import type { CheckpointTensor, CheckpointView } from '../../src/shared/checkpointContract.ts';
import type { Table } from '../shared/dataTable.ts';
import { count, integer, percent, significant } from '../shared/format.ts';

const number = (value: number | null): string => (value === null ? 'none' : significant(value));

export function factsTable({ tensors }: CheckpointView): Table {
  return {
    title: 'Tensors of the file',
    head: ['tensor', 'shape', 'type', 'numbers', 'mean', 'std', 'min', 'max', 'norm', 'zeros', 'not finite'],
    body: tensors.map(({ name, shape, dtype, cells, statistics }) => [
      name,
      shape.join(' × '),
      dtype,
      integer(cells),
      number(statistics.mean),
      number(statistics.std),
      number(statistics.min),
      number(statistics.max),
      number(statistics.norm),
      integer(statistics.zeros),
      integer(statistics.nonFinite),
    ]),
  };
}

/** Each fact with its name, for a list. */
export function factsOf({ cells, dtype, statistics }: CheckpointTensor): readonly (readonly [string, string])[] {
  const { mean, std, min, max, norm, zeros, nonFinite } = statistics;
  return [
    ['numbers', `${integer(cells)}, ${dtype}`],
    ['mean', number(mean)],
    ['std', number(std)],
    ['min', number(min)],
    ['max', number(max)],
    ['norm', number(norm)],
    ['zeros', zeros === 0 ? 'none' : `${percent(zeros / Math.max(1, cells))} (${count(zeros, 'cell')})`],
    ['not finite', nonFinite === 0 ? 'none' : integer(nonFinite)],
  ];
}
