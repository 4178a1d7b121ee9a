/** The gates of an LSTM's 4H axis in PyTorch's order, and cells in words. */
import type { PaneView } from './panePointer.ts';

export const gateLetters = ['i', 'f', 'g', 'o'] as const;
export const gateNames = ['input gate', 'forget gate', 'cell gate', 'output gate'] as const;

export function gateOf(view: PaneView, row: number): { letter: string; name: string; unit: number } | null {
  if (!view.gates) return null;
  const units = view.shape[0] / 4;
  const gate = Math.min(3, Math.floor(row / units));
  return { letter: gateLetters[gate] ?? '', name: gateNames[gate] ?? '', unit: row - gate * units };
}

/** "Row 126 (input gate, unit 126), column 40". */
export function cellInWords(view: PaneView, row: number, col: number): string {
  const gate = gateOf(view, row);
  return `Row ${row}${gate ? ` (${gate.name}, unit ${gate.unit})` : ''}, column ${col}`;
}
