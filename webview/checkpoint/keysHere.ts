/** The keys of this page, for its help. */
import type { KeySection } from '../shared/keysHelp.ts';

export const keysHere: KeySection = {
  where: 'On the tree, and on a picture',
  keys: [
    ['↑, ↓', 'in the tree: the tensor above or below, which is shown at once'],
    ['←, →', 'in the tree: close or open a module'],
    ['Arrows', 'on a picture: move the cell'],
    ['+, −, 0', 'on a picture: zoom in, zoom out, show all'],
    ['G', 'on a picture: the next gate'],
    ['Enter, Escape', 'on a picture: keep the cell in hand, let it go'],
    ['Tab, Shift+Tab', 'sentences, tree, pictures, menus'],
    ['?', 'these keys'],
  ],
};
