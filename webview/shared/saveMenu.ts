/**
 * The menu that takes along what a section shows: its picture as PNG, SVG or on the clipboard, its numbers as CSV, on the
 * clipboard or as a table on the page. Where a section shows several pictures, one says first which.
 */
import { icon } from './icons.ts';
import { MenuButton, type MenuAction } from './menu.ts';
import { openTable } from './tableDialog.ts';
import type { Shown, TakeAlong } from './takeAlong.ts';

/** `shown` answers what is on the page when the menu opens; none while there is nothing. */
export function saveMenu(takeAlong: TakeAlong, label: string, shown: () => readonly Shown[]): HTMLElement {
  const names = () => {
    const all = shown();
    return all.length > 1 ? { label: 'Which picture', names: all.map(({ name }) => name) } : null;
  };
  const actions = (chosen: number): MenuAction[] => {
    const one = shown()[chosen];
    if (!one) return [];
    const { table } = one;
    const taking = actionsOf(takeAlong, one);
    return table ? [...taking, { label: 'Open as table', act: () => openTable(table, taking) }] : taking;
  };
  return new MenuButton(label, icon('save'), names, actions).root;
}

/** All ways to take it along, for a menu or beside its table. */
export function actionsOf(takeAlong: TakeAlong, shown: Shown): MenuAction[] {
  const { table, columns } = shown;
  const picture = [
    { label: 'Save as PNG…', act: () => void takeAlong.png(shown) },
    { label: 'Save as SVG…', act: () => takeAlong.svg(shown) },
    { label: 'Copy picture', act: () => void takeAlong.copyPicture(shown) },
  ];
  const numbers = table && [
    { label: 'Save numbers as CSV…', act: () => takeAlong.csv(shown, table) },
    { label: 'Copy numbers', act: () => takeAlong.copyNumbers(table) },
  ];
  return [...(columns.length > 0 ? picture : []), ...(numbers ?? [])];
}
