/**
 * A tensor of any rank seen as a matrix, which is what a heat map can show: the last axis becomes the columns, all
 * others the rows. [B, 1, F] is B x F, [V, 1] is V x 1, a vector [n] is one row, a scalar is 1 x 1.
 */

export interface MatrixShape {
  readonly rows: number;
  readonly cols: number;
}

export function matrixShape(shape: readonly number[]): MatrixShape {
  const cols = shape.at(-1) ?? 1;
  const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  return { rows, cols };
}
