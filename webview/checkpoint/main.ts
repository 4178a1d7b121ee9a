/** The page of a file of weights: what it is in sentences, its tree of tensors, and the picture of the one selected. */
import '../shared/styles/theme.css';
import '../shared/styles/base.css';
import '../shared/styles/document.css';
import '../shared/styles/taking.css';
import './checkpoint.css';
import { byteSize } from '../../src/shared/byteSize.ts';
import type { CheckpointPageNotifications, CheckpointPageRequests } from '../../src/shared/checkpointPageContract.ts';
import type { CheckpointView } from '../../src/shared/checkpointContract.ts';
import { keyStyles } from '../../src/shared/jobContract.ts';
import { element, setText } from '../shared/dom.ts';
import { followForcedColours } from '../shared/forcedColours.ts';
import { count, integer } from '../shared/format.ts';
import { connectHost, type WebviewApi } from '../shared/hostConnection.ts';
import { helpButton, pictureKeys } from '../shared/keysHelp.ts';
import { MenuButton } from '../shared/menu.ts';
import { listenForPictureKeys } from '../shared/pictureKeys.ts';
import { actionsOf, saveMenu } from '../shared/saveMenu.ts';
import { openTable } from '../shared/tableDialog.ts';
import { TakeAlong } from '../shared/takeAlong.ts';
import { onThemeChange } from '../shared/theme.ts';
import { sentenceOf } from '../../src/shared/sentenceOf.ts';
import { comparisonList } from './comparisonList.ts';
import { factsOf, factsTable } from './factsTable.ts';
import { findingList } from './findingList.ts';
import { keysHere } from './keysHere.ts';
import { TensorPanes } from './tensorPanes.ts';
import { TensorTree } from './tensorTree.ts';

declare function acquireVsCodeApi(): WebviewApi;

const api = acquireVsCodeApi();
const client = connectHost<CheckpointPageRequests, CheckpointPageNotifications>(api);
followForcedColours();

let view: CheckpointView | null = null;
let selected = keptSelection();
const fileName = () => view?.file.replace(/^.*[\\/]/, '') ?? '';

const takeAlong = new TakeAlong({
  save: (name, data) => client.request('save', { name, data }),
  copy: (text) => client.request('copy', { text }),
  origin: () => [fileName()],
  redraw: () => panes.redraw(),
});
const panes = new TensorPanes((name, window, maxCells) =>
  client.request('picture', { name, maxCells, ...(window ? { window } : {}) }),
);
const tree = new TensorTree(show);
const title = element('h1', { class: 'cut' }, document.title);
const about = element('p', { class: 'second' });
const message = element('p', { class: 'message', role: 'status' }, 'Reading the file…');
const findings = element('section', { 'aria-label': 'What this file tells' });
const comparison = element('section', { 'aria-label': 'Compared with a config', 'aria-live': 'polite' });
const tensorName = element('h2', { class: 'tensor-name' });
const tensorShape = element('span', { class: 'second number' });
const facts = element('dl', { class: 'facts' });
const tensor = element(
  'section',
  { class: 'tensor', 'aria-label': 'The selected tensor' },
  element(
    'div',
    { class: 'line' },
    tensorName,
    tensorShape,
    element('span', { class: 'grow' }),
    element(
      'span',
      { class: 'tools' },
      panes.tools,
      saveMenu(takeAlong, 'Save or copy this tensor', () => panes.shown()),
    ),
  ),
  panes.root,
  facts,
);
const clean = new MenuButton(
  'Save clean copy: raw weights only, each tensor once',
  element('span', { class: 'link' }, 'Save clean copy…'),
  () => null,
  () =>
    keyStyles.map((style) => ({
      label: `With the names of ${style}…`,
      act: () =>
        void asked(client.request('saveClean', { style }), (saved) => takeAlong.notice.say(`Saved: ${saved.file}`)),
    })),
).root;
const compare = element(
  'button',
  {
    class: 'link',
    click: () =>
      void asked(client.request('compare', null), (found) => comparison.replaceChildren(comparisonList(found))),
  },
  'Compare with a config…',
);
const newConfig = element(
  'button',
  { class: 'link', click: () => void asked(client.request('newConfig', null), () => undefined) },
  'New config for this model',
);
const table = element('button', { class: 'link', click: openFacts }, 'All tensors as a table');
const actions = element('div', { class: 'actions' }, clean, compare, newConfig, table);
const body = element(
  'div',
  { class: 'body' },
  element('section', { class: 'side', 'aria-label': 'Tensors' }, tree.root),
  tensor,
);
document.body.append(
  element(
    'main',
    {},
    element(
      'header',
      {},
      element('div', { class: 'line' }, title, element('span', { class: 'grow' }), helpButton([keysHere, pictureKeys])),
      about,
    ),
    message,
    findings,
    comparison,
    actions,
    body,
  ),
  takeAlong.notice.root,
);
listenForPictureKeys(takeAlong);

/** Tells what went wrong in the page's own line; null means that the person thought better of it. */
async function asked<T>(request: Promise<T | null>, then: (answer: T) => void): Promise<void> {
  try {
    const answer = await request;
    if (answer !== null) then(answer);
  } catch (error) {
    takeAlong.notice.say(sentenceOf(error));
  }
}

function openFacts(): void {
  if (!view) return;
  const numbers = factsTable(view);
  openTable(numbers, actionsOf(takeAlong, { name: '', title: numbers.title, columns: [], table: numbers }));
}

function show(name: string): void {
  selected = name;
  api.setState({ selected });
  const found = view?.tensors.find((one) => one.name === name);
  setText(tensorName, name);
  setText(tensorShape, found ? found.shape.join(' × ') : '');
  facts.replaceChildren(
    ...(found ? factsOf(found) : []).map(([term, value]) =>
      element('div', {}, element('dt', {}, term), element('dd', {}, value)),
    ),
  );
  panes.show(found ? name : '');
}

async function read(): Promise<void> {
  setText(message, view ? 'Reading the changed file…' : 'Reading the file…');
  message.hidden = false;
  try {
    receive(await client.request('view', null));
  } catch (error) {
    view = null;
    setText(message, sentenceOf(error));
    showParts(false);
  }
  requestAnimationFrame(() => {
    client.request('drawn', null).catch(() => undefined);
  });
}

function receive(answer: CheckpointView): void {
  view = answer;
  const { bytes, format, styleName, cells, distinctCells, tensors } = answer;
  message.hidden = true;
  showParts(true);
  clean.hidden = !answer.convertible;
  newConfig.hidden = answer.config === null;
  compare.hidden = answer.style === 'unknown';
  setText(title, fileName());
  const twice = cells === distinctCells ? '' : `, ${integer(distinctCells)} of them once`;
  setText(
    about,
    `${format}, ${byteSize(bytes)} · ${count(tensors.length, 'tensor')}, ${integer(cells)} numbers${twice} · ${styleName}`,
  );
  findings.replaceChildren(
    findingList(answer.findings, (name) => {
      tree.mark(name);
      show(name);
    }),
  );
  comparison.replaceChildren();
  const known = tensors.some(({ name }) => name === selected);
  const first = tensors.find(({ name }) => name.endsWith('_raw')) ?? tensors[0];
  const name = known ? selected : (first?.name ?? '');
  tree.show(answer, name);
  show(name);
}

/** Everything that is about a file that could be read. */
function showParts(there: boolean): void {
  for (const part of [about, findings, comparison, actions, body]) part.hidden = !there;
}

function keptSelection(): string {
  const state = api.getState();
  const held = typeof state === 'object' && state !== null ? (state as { selected?: unknown }).selected : undefined;
  return typeof held === 'string' ? held : '';
}

showParts(false);
client.on('changed', () => void read());
window.addEventListener('resize', () => panes.redraw());
onThemeChange(() => panes.redraw());
void read();
