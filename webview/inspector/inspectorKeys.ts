/** The keys of the inspector, as its help lists them, in the order in which Tab goes through the page. */
import { pictureKeys, type KeySection } from '../shared/keysHelp.ts';

export const inspectorKeys: readonly KeySection[] = [
  {
    where: 'Anywhere',
    keys: [
      ['Tab, Shift+Tab', 'run, timeline, weight, dropout sites, verdicts, saturated gates, text, gradients'],
      ['F5', 'continues or pauses the run'],
      ['F10', 'steps one batch while it is paused'],
      ['Shift+F5', 'stops it'],
      ['Escape', 'closes what is open, else lets go of a brushed range'],
      ['?', 'these keys'],
    ],
  },
  pictureKeys,
  {
    where: 'On the timeline',
    keys: [
      ['←, →', 'one step back or on; with Shift ten'],
      ['Home, End', 'the first step; the latest, and follow the run'],
      ['[, ]', 'begin or end a range at the step viewed'],
      ['Escape', 'no range; then the latest step'],
      ['click, drag', 'a step; a range, or the handle'],
    ],
  },
  {
    where: 'In the four panes',
    keys: [
      ['arrows', 'move the cell that is read'],
      ['Enter, Escape', 'pins that cell for comparison; unpins'],
      ['+, −, 0', 'zoom in, zoom out, show all'],
      ['G', 'next gate'],
      ['wheel', 'rows; with Shift columns, with Ctrl zoom'],
      ['drag, double-click', 'moves the window; shows all'],
    ],
  },
  { where: 'On the strip of the whole weight', keys: [['arrows, drag', 'move the window of the panes']] },
  {
    where: 'In a mask or the text',
    keys: [
      ['arrows', 'move the cell or word that is read'],
      ['Escape', 'lets go of it'],
    ],
  },
  {
    where: 'On a slider of What if',
    keys: [
      ['arrows', 'by 0.01'],
      ['Page Up, Page Down', 'by a tenth of its range'],
      ['Home, End', 'to its ends'],
    ],
  },
  {
    where: 'In a menu',
    keys: [
      ['↑, ↓, Home, End', 'move'],
      ['Enter, Space', 'choose'],
      ['Escape, Tab', 'close it'],
    ],
  },
];
