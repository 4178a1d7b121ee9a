/** What one cell says: its place, its gate and its values. */
import type { CheckpointPicture } from '../../src/shared/checkpointContract.ts';
import { maskValue, weight } from '../shared/format.ts';
import type { CellPlace } from '../shared/cellPane.ts';
import { cellInWords } from '../shared/gates.ts';
import { cellValue } from './paneCells.ts';

/** Says so while only blocks of cells are here. */
export function cellSentence(picture: CheckpointPicture, { row, col }: CellPlace): string {
  const raw = cellValue(picture, 'raw', row, col);
  if (raw === null) return 'Zoom in to read single cells: each cell drawn here stands for several.';
  const place = cellInWords(picture, row, col);
  if (!picture.pair) return `${place}: ${weight(raw)}.`;
  const [mask, derived] = [cellValue(picture, 'mask', row, col), cellValue(picture, 'derived', row, col)];
  if (mask === null || derived === null) return `${place}: raw ${weight(raw)}.`;
  if (raw === 0) return `${place}: raw 0, derived ${weight(derived)}.`;
  return `${place}: raw ${weight(raw)} × ${maskValue(mask)} = derived ${weight(derived)}.`;
}
