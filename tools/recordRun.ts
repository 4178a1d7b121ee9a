/**
 * Trains a small model with the real engine and keeps what the inspector would be told about it: the fixture of the
 * page's tests. `npm run build`, then `node tools/recordRun.ts`; with `other` a second run to lay beside it, with more
 * dropout and fewer steps, without the tensors of its steps.
 */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MaskView, Pane, RunDescription, RunStatus, WeightView } from '../src/shared/engineContract.ts';
import type { WhatIfView } from '../src/shared/whatIf.ts';
import type { HistogramSeries } from '../src/shared/stepContract.ts';
import { recipeOf } from '../src/shared/runDifferences.ts';
import { EngineSupervisor } from '../src/supervisor/engineSupervisor.ts';
import type { RecordedRun, RecordedStep } from '../test/webview/recordedRun.ts';
import { leavesOf } from '../src/shared/parameterNode.ts';

const root = path.join(import.meta.dirname, '..');
const isOther = process.argv[2] === 'other';
const target = path.join(root, `test/fixtures/recordedRun/${isOther ? 'other' : 'run'}.json`);
const name = isOther ? 'brown, more dropout' : 'brown, words';

/** Small enough for a fixture of some hundred kB: the tensors of a few steps are kept whole. */
const config = {
  emb_sz: 24,
  n_hid: 28,
  n_layers: 2,
  bs: 16,
  bptt: 35,
  max_vocab: 600,
  embed_p: 0.05,
  steps: 160,
  eval_every: 20,
  lr: 0.005,
  ...(isOther ? { weight_p: 0.5, hidden_p: 0.3, steps: 120 } : {}),
};
const EVERY_CELL = 1e9;
/** Of 160: the last two, one that ten steps reach, and one from the middle. */
const STEPS = isOther ? [] : [80, 150, 159, 160];
/** What is asked of the last: nothing else, more of one dropout, and less of all. */
const QUESTIONS = isOther ? [] : [{}, { weight_p: 0.5 }, { drop_mult: 0.5 }];

const folder = await mkdtemp(path.join(tmpdir(), 'dropscope-record-'));
const engine = new EngineSupervisor({
  entry: path.join(root, 'dist/engine.cjs'),
  log: ({ level, message }) => process.stderr.write(`${level}: ${message}\n`),
});
try {
  const ended = untilEnded();
  const description = await engine.request('start', {
    folder: path.join(folder, isOther ? 'other' : 'recorded'),
    name,
    corpus: ['dist/sample/corpus/cn*'],
    base: root,
    config,
    host: 'record',
    onTrouble: 'fail',
    // Every step is wanted, whatever it costs.
    budgetPercent: 100,
  });
  const status = await ended;
  const run = description.id;
  const { train, valid, latest, tokensPerSecond, introspectionShare } = await engine.request('history', {
    folder: description.folder,
    maxPoints: 1000,
  });
  const steps: Record<string, RecordedStep> = {};
  for (const step of STEPS) steps[step] = await recordStep(run, step, description);
  const histograms: HistogramSeries[] = [];
  for (const { name } of leavesOf(description.tree).filter(({ shape }) => shape.length > 1))
    for (const tensor of ['weight', 'gradient'] as const)
      histograms.push(await engine.request('histograms', { run, name, of: tensor }));
  const activations = await engine.request('activations', { run });
  const whatIf: WhatIfView[] = [];
  for (const changes of QUESTIONS) whatIf.push(await engine.request('whatIf', { run, changes }));
  const kept = { ...(await engine.request('kept', { run })), steps: Float64Array.from(STEPS) };
  const step = latest?.step ?? 0;
  const summary = {
    id: run,
    name,
    status,
    step,
    plannedSteps: description.plannedSteps,
    message: '',
    tensor: '',
    recipe: recipeOf(description.config),
    seed: description.config.seed,
    validPerplexity: Math.exp(valid.ce.at(-1) ?? NaN),
  };
  const recorded: RecordedRun = {
    snapshot: {
      runs: [summary],
      run: {
        summary,
        description: { ...description, folder: '/runs/recorded' },
        train,
        valid,
        facts: {
          tokensPerSecond,
          secondsLeft: null,
          introspectionShare,
          cleanEval: valid.cleanEval.at(-1) === 1,
          params: latest?.params ?? {},
          sites: latest?.sites ?? {},
        },
      },
      selected: '',
      compared: '',
    },
    kept,
    steps,
    histograms,
    whatIf,
    activations,
  };
  await mkdir(path.dirname(target), { recursive: true });
  const text = encode(recorded);
  await writeFile(target, text + '\n');
  process.stdout.write(`${target}: ${step} steps, ${Math.round(text.length / 1024)} kB\n`);
} finally {
  engine.dispose();
  await rm(folder, { recursive: true, force: true });
}

/** Everything the page asks of one step; the first weight that no mask is drawn for stands for all of them. */
async function recordStep(run: string, step: number, { sites, tree }: RunDescription): Promise<RecordedStep> {
  const weights: Record<string, WeightView> = {};
  const masks: Record<string, MaskView> = {};
  const plain = leavesOf(tree).find(({ derived, name }) => !derived && name.includes('weight_ih'));
  const wanted = [
    ...sites.map(({ name, kind }) => ({ name, kind })),
    { name: plain?.name ?? '', kind: 'weight' as const },
  ];
  for (const { name, kind } of wanted) {
    const request = { run, name, maxCells: EVERY_CELL, step };
    if (kind !== 'weight') masks[name] = await engine.request('mask', request);
    else if (name === plain?.name && step !== STEPS.at(-1)) continue;
    else weights[name] = withoutOverviews(await engine.request('weight', request));
  }
  const [batch, verdicts, gradients, gates, reach, tokens] = await Promise.all([
    engine.request('batch', { run, step }),
    engine.request('verdicts', { run, step }),
    engine.request('gradients', { run, step }),
    engine.request('gates', { run, step }),
    engine.request('reach', { run, step }),
    engine.request('tokens', { run, step }),
  ]);
  if (batch.step !== step) throw new Error(`step ${step} was not kept: the engine answered with step ${batch.step}`);
  return { weights, masks, batch, verdicts, gradients, gates, reach, tokens };
}

/** Overviews repeat the whole tiles here; whoever plays the run back makes them from those. */
function withoutOverviews(view: WeightView): WeightView {
  const strip = (pane: Pane): Pane => ({ ...pane, overview: { ...pane.overview, data: new Float32Array(0) } });
  const { raw, mask, derived, gradient } = view.panes;
  return { ...view, panes: { raw: strip(raw), mask: strip(mask), derived: strip(derived), gradient: strip(gradient) } };
}

/** Resolves with the status the run ended in. */
function untilEnded(): Promise<RunStatus> {
  return new Promise((resolve) => {
    const listener = engine.on('status', ({ status, message }) => {
      process.stderr.write(`${status} ${message ?? ''}\n`);
      if (!['done', 'stopped', 'failed'].includes(status)) return;
      listener.dispose();
      resolve(status);
    });
  });
}

/** JSON with typed arrays as {"array": kind, "base64": bytes}. */
function encode(run: RecordedRun): string {
  return JSON.stringify(run, (_key, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return { array: value.constructor.name, base64: Buffer.from(bytes).toString('base64') };
  });
}
