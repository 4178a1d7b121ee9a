/**
 * A weight's mask at the size of the weight: a row mask (4H, 1) or column mask (1, H) repeated over the axis it is
 * constant along, so that cells can be compared one by one.
 */
import { matrixShape } from './matrixShape.ts';
import type { TensorData } from './recordedStep.ts';

/** The mask at `shape`; the same object when it already has that shape. Throws when it cannot be repeated to it. */
export function broadcastMask(mask: TensorData, shape: readonly number[]): TensorData {
  const from = matrixShape(mask.shape);
  const to = matrixShape(shape);
  if (from.rows === to.rows && from.cols === to.cols) return mask;
  if ((from.rows !== 1 && from.rows !== to.rows) || (from.cols !== 1 && from.cols !== to.cols)) {
    throw new Error(`a mask of shape [${mask.shape.join(', ')}] does not fit a weight of shape [${shape.join(', ')}]`);
  }
  const data = new Float32Array(to.rows * to.cols);
  for (let row = 0; row < to.rows; row++) {
    for (let col = 0; col < to.cols; col++) {
      data[row * to.cols + col] = mask.data[(from.rows === 1 ? 0 : row) * from.cols + (from.cols === 1 ? 0 : col)]!;
    }
  }
  return { shape, data };
}
