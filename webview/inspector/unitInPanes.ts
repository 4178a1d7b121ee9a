/** Brings one unit's row of a gate into the four panes: the recurrent weight of its layer, with the cursor on the row. */
import { paneSize } from './layout.ts';
import { leavesOf } from '../../src/shared/parameterNode.ts';
import type { UnitChoice } from './gateStrips.ts';
import type { Store } from './store.ts';
import { CELL, clampViewport } from '../shared/viewport.ts';

/** `select` shows a weight by its name. */
export function unitInPanes(store: Store, select: (name: string) => void, { layer, gate, unit }: UnitChoice): void {
  const leaves = leavesOf(store.get().description?.tree ?? []);
  const recurrent = leaves.filter(({ name }) => name.includes(`rnns.${layer}.`) && name.includes('.weight_hh_l0'));
  // Units of the reverse direction come after those of the other, and have a weight of their own.
  const units = (recurrent[0]?.shape[0] ?? 0) / 4;
  const leaf = recurrent[unit < units ? 0 : 1];
  if (!leaf) return;
  select(leaf.name);
  const [rows = 1, cols = 1] = leaf.shape;
  const row = gate * units + (unit % units);
  const size = paneSize();
  const top = row - Math.floor(size.height / CELL / 2);
  store.set({
    viewport: clampViewport({ row: top, col: 0, cell: CELL }, [rows, cols], size),
    cursor: { row, col: 0 },
    pin: null,
  });
}
