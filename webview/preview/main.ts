/** The preview page: which masks the config under the cursor would draw, step by step, without training anything. */
import '../shared/styles/theme.css';
import '../shared/styles/base.css';
import '../shared/styles/document.css';
import '../shared/styles/taking.css';
import './preview.css';
import type { FromPreview, Preview, ToPreview } from '../../src/shared/previewContract.ts';
import { element, setText } from '../shared/dom.ts';
import { followForcedColours } from '../shared/forcedColours.ts';
import { helpButton, pictureKeys } from '../shared/keysHelp.ts';
import { listenForPictureKeys } from '../shared/pictureKeys.ts';
import { TakeAlong } from '../shared/takeAlong.ts';
import { onThemeChange } from '../shared/theme.ts';
import { SiteCard } from './siteCard.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromPreview): void };

const api = acquireVsCodeApi();
const LAST_STEP = 0x7fffffff;

followForcedColours();
const post = (message: FromPreview) => {
  api.postMessage(message);
  return Promise.resolve();
};
const takeAlong = new TakeAlong({
  save: (name, data) => post({ kind: 'save', name, data }),
  copy: (text) => post({ kind: 'copy', text }),
  origin: () => (preview ? [preview.title, preview.place, `seed ${preview.seed}`].filter((part) => part !== '') : []),
  redraw,
});
let preview: Preview | undefined;
let step = 1;
const cards: SiteCard[] = [];

const title = element('h1', {});
const place = element('p', { class: 'second cut' });
const seed = element('span', { class: 'number' });
const input = element('input', { id: 'step', type: 'number', min: 1, max: LAST_STEP, value: 1, input: chooseStep });
const steps = element('p', { class: 'steps' }, seed, element('label', { for: 'step' }, 'step'), input);
const message = element('p', { class: 'message', role: 'status' });
const list = element('section', { class: 'sites', 'aria-label': 'Masks' });
const notes = element('ul', { class: 'notes second', 'aria-label': 'Assumed' });
const keys = helpButton([
  {
    where: 'Anywhere',
    keys: [
      ['Tab, Shift+Tab', 'keys, step, then each mask and its menu'],
      ['?', 'these keys'],
    ],
  },
  { where: 'On the step', keys: [['↑, ↓', 'the masks of the next or the previous step']] },
  pictureKeys,
]);
const head = element('header', {}, element('div', { class: 'head' }, title, keys), place, steps);
document.body.append(element('main', {}, head, message, list, notes), takeAlong.notice.root);
listenForPictureKeys(takeAlong);

function chooseStep(): void {
  const wanted = input.valueAsNumber;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > LAST_STEP) return;
  step = wanted;
  draw();
}

function draw(): void {
  if (!preview) return;
  const { sites, dropMult } = preview;
  setText(title, preview.title === '' ? 'Masks' : `Masks of ${preview.title}`);
  setText(place, preview.place);
  setText(seed, `as drawn with seed ${preview.seed} in`);
  setText(message, preview.message);
  message.hidden = preview.message === '';
  steps.hidden = sites.length === 0;
  while (cards.length < sites.length) {
    const card = new SiteCard(takeAlong);
    cards.push(card);
    list.append(card.root);
  }
  cards.forEach((card, index) => {
    const site = sites[index];
    card.root.hidden = site === undefined;
    if (site) card.update(site, { dropMult, seed: preview?.seed ?? 1, step });
  });
  notes.replaceChildren(...preview.notes.map((note) => element('li', {}, note)));
}

window.addEventListener('message', ({ data }: MessageEvent<ToPreview>) => {
  if (data.kind !== 'preview') return;
  preview = data.preview;
  draw();
  api.postMessage({ kind: 'drawn', revision: preview.revision });
});
function redraw(): void {
  for (const card of cards) card.outdate();
  draw();
}

window.addEventListener('resize', redraw);
onThemeChange(redraw);
api.postMessage({ kind: 'ready' });
