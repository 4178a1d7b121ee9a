/** The preview page: which masks the config under the cursor would draw, step by step, without training anything. */
import '../inspector/styles/theme.css';
import '../inspector/styles/base.css';
import './preview.css';
import type { FromPreview, Preview, ToPreview } from '../../src/shared/previewContract.ts';
import { element, setText } from '../shared/dom.ts';
import { onThemeChange } from '../shared/theme.ts';
import { SiteCard } from './siteCard.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromPreview): void };

const api = acquireVsCodeApi();
const LAST_STEP = 0x7fffffff;

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
document.body.append(element('main', {}, element('header', {}, title, place, steps), message, list, notes));

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
    const card = new SiteCard();
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
