/** Keys of whatever picture has the focus: T opens its numbers as a table, S saves it as PNG, C copies it. */
import { tableOfElement } from './dataTable.ts';
import { actionsOf } from './saveMenu.ts';
import { openTable } from './tableDialog.ts';
import type { Shown, TakeAlong } from './takeAlong.ts';

export function listenForPictureKeys(takeAlong: TakeAlong): void {
  document.addEventListener('keydown', (event) => {
    const key = event.key.toLowerCase();
    if (!['t', 's', 'c'].includes(key) || event.ctrlKey || event.altKey || event.metaKey) return;
    const found = tableOfElement(document.activeElement);
    if (!found || (key !== 't' && !found.canvas)) return;
    event.preventDefault();
    const { table, canvas } = found;
    const title = table.picture ?? table.title;
    const shown: Shown = { name: '', title, columns: canvas ? [{ heading: '', canvases: [canvas] }] : [], table };
    if (key === 't') openTable(table, actionsOf(takeAlong, shown));
    else if (key === 's') void takeAlong.png(shown);
    else void takeAlong.copyPicture(shown);
  });
}
