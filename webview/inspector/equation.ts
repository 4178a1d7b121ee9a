/**
 * raw × mask = derived → gradient in numbers and in words: the two equation rows, the sentence on the cell pointed at,
 * and the two facts on the whole weight. All of it is of the step of the tensors shown.
 */
import type { WeightView } from '../../src/shared/engineContract.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { count, integer, maskValue, significant, weight } from '../shared/format.ts';
import { icon } from '../shared/icons.ts';
import { cellInWords, gateOf } from '../shared/gates.ts';
import type { CellValues } from './weightCells.ts';

/** What was seen at a cell, and why it is so. */
export function sentence(view: WeightView, cell: CellValues): string {
  const where = cellInWords(view, cell.row, cell.col);
  if (view.mode === 'eval')
    return `${where}: derived = raw = ${weight(cell.raw)}. No mask and no backward pass in eval.`;
  if (view.mask === '')
    return `${where}: ${weight(cell.raw)}, used as it is: no dropout. Its gradient is ${significant(cell.gradient)}.`;
  if (cell.mask === 0)
    return (
      `${where}: raw ${weight(cell.raw)} × mask 0 = ${weight(cell.derived)}. ` +
      `The model did not use it at step ${integer(view.step)}, so its gradient is ${significant(cell.gradient)}.`
    );
  return (
    `${where}: raw ${weight(cell.raw)} × ${maskValue(cell.mask)} = ${weight(cell.derived)}. ` +
    `Its gradient is ${significant(cell.gradient)}.`
  );
}

/** One row of the equation: label, then the four values with their operators between. */
export class EquationRow {
  readonly cells: readonly HTMLElement[];
  private readonly place = element('span', { class: 'number' });
  private readonly unit = element('span', { class: 'second number' });
  private readonly values: Record<'raw' | 'mask' | 'derived' | 'gradient', HTMLElement>;

  constructor(dashed: boolean) {
    const value = (first = false) => element('div', { class: first ? 'value first' : 'value' });
    const operator = (sign: string) => element('div', { class: 'operator small', 'aria-hidden': 'true' }, sign);
    this.values = { raw: value(true), mask: value(), derived: value(), gradient: value() };
    const { raw, mask, derived, gradient } = this.values;
    const box = element('span', { class: dashed ? 'swatch dashed' : 'swatch', 'aria-hidden': 'true' });
    const label = element('div', { class: 'place' }, box, this.place, this.unit);
    this.cells = [label, raw, operator('×'), mask, operator('='), derived, operator('→'), gradient];
  }

  show(view: WeightView | null, cell: CellValues | null): void {
    for (const part of this.cells) part.classList.toggle('of-no-cell', cell === null);
    const gate = view && cell ? gateOf(view, cell.row) : null;
    setText(this.place, cell ? `${cell.row}, ${cell.col}` : '');
    setText(this.unit, gate ? `${gate.letter}, unit ${gate.unit}` : '');
    setText(this.values.raw, cell ? weight(cell.raw) : '');
    setText(this.values.mask, cell ? maskValue(cell.mask) : '');
    setText(this.values.derived, cell ? weight(cell.derived) : '');
    setText(this.values.gradient, cell ? significant(cell.gradient) : '');
  }
}

/** The two facts of a weight at a step: [holds, sentence]. */
export function weightFacts(view: WeightView): readonly (readonly [boolean, string])[] {
  const { cells, equal, dropped, gradientZeros, gradientZerosDropped } = view.facts;
  if (view.mask === '')
    return [
      [equal === cells, 'no dropout on this weight: derived = raw'],
      [true, `gradient is 0 in ${count(gradientZeros, 'cell')} of ${integer(cells)}`],
    ];
  const law = view.mode === 'eval' ? 'derived = raw' : 'derived = raw × mask';
  const equality = [equal === cells, `${law} in ${integer(equal)} of ${count(cells, 'cell')}, bit for bit`] as const;
  if (view.mode === 'eval') return [equality, [true, 'no backward pass in eval']];
  if (dropped === 0) return [equality, [true, `no cell dropped; gradient is 0 in ${count(gradientZeros, 'cell')}`]];
  const exactly = gradientZerosDropped === dropped && gradientZeros === dropped;
  if (exactly)
    return [
      equality,
      [true, `gradient is 0 in ${count(gradientZeros, 'cell')}, exactly the ${integer(dropped)} dropped`],
    ];
  const more = gradientZeros - gradientZerosDropped;
  const text = `gradient is 0 in ${integer(gradientZerosDropped)} of ${integer(dropped)} dropped cells and in ${integer(more)} kept ones`;
  // A kept weight may have a gradient of exactly 0 (a unit that was silent in the batch); a dropped one must.
  return [equality, [gradientZerosDropped === dropped, text]];
}

export function showFacts(parent: HTMLElement, view: WeightView | null): void {
  const facts = view ? weightFacts(view) : [];
  rebuild(parent, JSON.stringify(facts), () =>
    facts.map(([holds, text]) =>
      element('span', { class: 'fact-line' }, icon(holds ? 'holds' : 'error', holds ? 'good' : 'bad'), text),
    ),
  );
}
