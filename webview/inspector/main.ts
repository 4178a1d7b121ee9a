/**
 * The inspector page: puts the sections together, connects them to the host, and keeps what the person chose (site,
 * zoom, kind of curve) across reloads.
 */
import '../shared/styles/theme.css';
import '../shared/styles/base.css';
import './styles/layout.css';
import './styles/header.css';
import './styles/time.css';
import './styles/weight.css';
import './styles/mask.css';
import './styles/rows.css';
import './styles/text.css';
import './styles/whatIf.css';
import './styles/activations.css';
import './styles/compare.css';
import '../shared/styles/taking.css';
import { configHash } from '../../src/shared/configHash.ts';
import type { PageRequests } from '../../src/shared/pageContract.ts';
import { element } from '../shared/dom.ts';
import { followForcedColours } from '../shared/forcedColours.ts';
import { helpButton } from '../shared/keysHelp.ts';
import { listenForPictureKeys } from '../shared/pictureKeys.ts';
import { TakeAlong } from '../shared/takeAlong.ts';
import { onThemeChange } from '../shared/theme.ts';
import { Activations } from './activations.ts';
import { CompareButton } from './compareButton.ts';
import { CompareSection } from './compareSection.ts';
import { Comparison } from './comparison.ts';
import type { WebviewApi } from '../shared/hostConnection.ts';
import { sentenceOf } from '../../src/shared/sentenceOf.ts';
import { connect } from './connection.ts';
import { GateSection } from './gateSection.ts';
import { Gradients } from './gradients.ts';
import { checkNow } from './checkNow.ts';
import { Header } from './header.ts';
import { Histograms } from './histograms.ts';
import { History } from './history.ts';
import { inspectorKeys } from './inspectorKeys.ts';
import { keep, restore } from './persistence.ts';
import { Pull } from './pull.ts';
import { Session } from './session.ts';
import { Sites } from './sites.ts';
import { noTensors, Store, type Changed, type PageState } from './store.ts';
import { TextView } from './textView.ts';
import { Timeline } from './timeline.ts';
import { commandOfKey, type Command } from './transport.ts';
import { unitInPanes } from './unitInPanes.ts';
import { Verdicts } from './verdicts.ts';
import { WeightSection } from './weightSection.ts';
import { WhatIf } from './whatIf.ts';
import { WhatIfQuestion } from './whatIfQuestion.ts';
import { noAnswer } from './whatIfState.ts';

declare function acquireVsCodeApi(): WebviewApi;

const api = acquireVsCodeApi();
const kept = restore(api.getState());
const store = new Store({
  link: 'connecting',
  runs: [],
  summary: null,
  description: null,
  history: new History(),
  facts: null,
  viewed: null,
  ...noTensors,
  cursor: null,
  pin: null,
  range: null,
  inPlace: kept.inPlace,
  whatIf: kept.whatIf,
  whatIfAnswer: noAnswer,
  otherRun: kept.otherRun,
  other: null,
  otherHistograms: null,
  otherTrouble: '',
  comparedSite: kept.comparedSite,
  histogram: kept.histogram,
  activation: kept.activation,
  lossTint: kept.lossTint,
  elementDropout: kept.elementDropout,
  reachOf: kept.reachOf,
  tree: kept.tree,
  selected: kept.selected,
  measure: kept.measure,
  allParameters: kept.allParameters,
  viewport: kept.viewport,
});

const client = connect(api);
const pull = new Pull(client, store, () => weight.wantedWindow());
const comparison = new Comparison(client, store);
const session = new Session(client, store, comparison, (chosen) => (chosen ? pull.hurry() : pull.request()));
const tellTrouble = (error: unknown) => store.set({ trouble: sentenceOf(error) });
const select = (name: string) => session.select(name);
const command = (name: Command) => {
  const run = store.get().summary?.id ?? '';
  client.request('command', { command: name, run }).catch(tellTrouble);
};

const takeAlong = new TakeAlong({
  save: (name, data) => client.request('save', { name, data }),
  copy: (text) => client.request('copy', { text }),
  origin: () => {
    const { summary, description } = store.get();
    return [
      ...(summary ? [`run ${summary.name}`] : []),
      ...(description ? [`config ${configHash(description.config)}`] : []),
    ];
  },
  redraw: () => store.drawNow(),
});
followForcedColours();
const header = new Header({
  command,
  showRun: (id) => session.load(id),
  openBudget: () => {
    client.request('openBudget', null).catch(tellTrouble);
  },
});
const compareButton = new CompareButton(store);
const timeline = new Timeline(store, takeAlong, compareButton.root);
const weight = new WeightSection(store, client, select, takeAlong);
const sites = new Sites(store, select);
const verdicts = new Verdicts(select, () => checkNow(client, store, () => pull.hurry()));
const gates = new GateSection((layer) =>
  store.set({ inPlace: 'activations', activation: { ...store.get().activation, layer } }),
);
const text = new TextView(store, takeAlong);
const gradients = new Gradients(store, select);
const histograms = new Histograms(store, takeAlong, () => pull.hurry());
const trainWith = (run: string, changes: PageRequests['trainWith'][0]['changes']) => {
  client.request('trainWith', { run, changes }).catch(tellTrouble);
};
const compare = new CompareSection(
  store,
  takeAlong,
  () => pull.hurry(),
  (run, seed) => trainWith(run, { seed }),
);
const activations = new Activations(store, takeAlong, (choice) => unitInPanes(store, select, choice));
const lower = element(
  'div',
  { id: 'lower' },
  text.root,
  gradients.root,
  histograms.root,
  activations.root,
  compare.root,
);

const whatIf = new WhatIf(store, takeAlong, {
  copy: (text, done) => takeAlong.copyText(text, done),
  trainWith: (changes) => trainWith(store.get().summary?.id ?? '', changes),
});
const whatIfQuestion = new WhatIfQuestion(client, store);
lower.append(whatIf.root);

header.root.append(helpButton(inspectorKeys));
document.body.append(
  element(
    'main',
    { id: 'app' },
    header.root,
    timeline.root,
    weight.root,
    element('div', { id: 'side' }, sites.root, verdicts.root, gates.root),
    lower,
  ),
  takeAlong.notice.root,
);

const views = [
  header,
  compareButton,
  timeline,
  weight,
  sites,
  verdicts,
  gates,
  text,
  gradients,
  histograms,
  activations,
  compare,
];
store.subscribe((state: PageState, changed: Changed) => {
  lower.classList.toggle('replaced', state.inPlace !== '');
  // Another step, or a picture that was not asked for while it was closed: what is being read is outdated.
  const opened = changed.has('inPlace') && state.inPlace !== '';
  if (changed.has('viewed') || changed.has('reachOf') || opened) pull.hurry();
  comparison.update(state);
  for (const view of views) view.update(state, changed);
});
store.subscribe((state, changed) => {
  whatIfQuestion.update(state);
  whatIf.update(state, changed);
});
store.subscribe((state) => keep(api, state));

window.addEventListener('resize', () => store.redraw('size'));
onThemeChange(() => store.redraw('theme'));
listenForPictureKeys(takeAlong);
document.addEventListener('keydown', (event) => {
  const { link, summary } = store.get();
  const meant = link === 'live' ? commandOfKey(event, summary) : null;
  if (!meant) return;
  event.preventDefault();
  command(meant);
});

store.redraw('size');
// Which run is shown is the host's to say: it knows what was started or chosen while the page was away.
session.load('');
