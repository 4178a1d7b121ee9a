/** A made-up run whose numbers agree with each other, until a recorded one is at hand. */
import type {
  MaskView,
  Pane,
  RunDescription,
  SiteDescription,
  Tile,
  WeightView,
} from '../../src/shared/engineContract.ts';
import type { RecordedRun } from './recordedRun.ts';

function random(seed: number) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const next = random(7);
const normal = () => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next());

const STEPS = 200;
const vocabulary = [
  'xxunk',
  'xxpad',
  'xxbos',
  ...'the of and to a in that is was he for it with as his on be at by i this had not are but from or have an they which one you were her all she there would their we him been has when who will more no if out so said what up its about into than them can only other new some could time these two may then do first any my now such like our over man me even most made after also did many before must through back years where much your way well down should because each just those people mr how too little state good very make world still own see men work long get here between both life being under never day same another know while last might us great old year off come since against go came right used take three'.split(
    ' ',
  ),
];
const words = Array.from(
  { length: 1200 },
  (_, i) => vocabulary[i] ?? `${vocabulary[i % 140]}${vocabulary[(i * 7) % 140]}`,
);

function tileOf(name: string, rows: number, cols: number, data: Float32Array, shape: number[]): Tile {
  return { name, shape, window: { row: 0, rows, col: 0, cols }, blockRows: 1, blockCols: 1, reducer: 'exact', data };
}
function paneOf(tile: Tile, holes?: Float32Array): Pane {
  const sorted = [...tile.data].map(Math.abs).sort((a, b) => a - b);
  const limit = sorted[Math.floor(sorted.length * 0.995)] ?? 1;
  const histogram = new Uint32Array(64);
  tile.data.forEach((v, i) => {
    if (holes && holes[i] === 0) return;
    const bin = Math.max(0, Math.min(63, Math.floor(((v / limit + 1) / 2) * 64)));
    histogram[bin] = (histogram[bin] ?? 0) + 1;
  });
  return {
    overview: tile,
    detail: tile,
    summary: {
      cells: tile.data.length,
      zeros: tile.data.filter((v) => v === 0).length,
      nonFinite: 0,
      norm: Math.hypot(...sorted.slice(-1000)),
      limit,
      histogram,
    },
  };
}
function maskData(n: number, p: number) {
  return Float32Array.from({ length: n }, () => (next() < p ? 0 : Math.fround(1 / (1 - p))));
}

export function syntheticRun(): RecordedRun {
  const axis = (a: string, size: number) => ({ axis: a, size });
  const sites: SiteDescription[] = [
    {
      name: '0.encoder_dp',
      kind: 'embedding',
      shape: [words.length, 1],
      configured: 0.02,
      p: 0.02,
      draws: words.length,
      constantAlong: [axis('features', 64)],
      variesAlong: [axis('vocabulary', words.length)],
    },
    {
      name: '0.input_dp',
      kind: 'activation',
      shape: [16, 1, 64],
      configured: 0.25,
      p: 0.25,
      draws: 1024,
      constantAlong: [axis('time', 70)],
      variesAlong: [axis('batch', 16), axis('features', 64)],
    },
    {
      name: '0.rnns.0.weight_hh_l0',
      kind: 'weight',
      shape: [512, 128],
      configured: 0.2,
      p: 0.2,
      draws: 65536,
      constantAlong: [axis('time', 70)],
      variesAlong: [axis('rows', 512), axis('columns', 128)],
      raw: '0.rnns.0.weight_hh_l0_raw',
      granularity: 'element',
    },
    {
      name: '0.hidden_dps.0',
      kind: 'activation',
      shape: [16, 1, 128],
      configured: 0.15,
      p: 0.15,
      draws: 2048,
      constantAlong: [axis('time', 70)],
      variesAlong: [axis('batch', 16), axis('features', 128)],
    },
    {
      name: '0.rnns.1.weight_hh_l0',
      kind: 'weight',
      shape: [256, 64],
      configured: 0.2,
      p: 0.2,
      draws: 16384,
      constantAlong: [axis('time', 70)],
      variesAlong: [axis('rows', 256), axis('columns', 64)],
      raw: '0.rnns.1.weight_hh_l0_raw',
      granularity: 'element',
    },
    {
      name: '1.output_dp',
      kind: 'activation',
      shape: [16, 1, 64],
      configured: 0.1,
      p: 0.1,
      draws: 1024,
      constantAlong: [axis('time', 70)],
      variesAlong: [axis('batch', 16), axis('features', 64)],
    },
  ];
  const leaves: [string, number[], string?][] = [
    ['0.encoder.weight', [words.length, 64]],
    ['0.rnns.0.weight_hh_l0_raw', [512, 128], '0.rnns.0.weight_hh_l0'],
    ['0.rnns.0.module.weight_ih_l0', [512, 64]],
    ['0.rnns.0.module.bias_ih_l0', [512]],
    ['0.rnns.0.module.bias_hh_l0', [512]],
    ['0.rnns.1.weight_hh_l0_raw', [256, 64], '0.rnns.1.weight_hh_l0'],
    ['0.rnns.1.module.weight_ih_l0', [256, 128]],
    ['0.rnns.1.module.bias_ih_l0', [256]],
    ['0.rnns.1.module.bias_hh_l0', [256]],
    ['1.decoder.bias', [words.length]],
  ];
  const description = {
    id: 'run-1',
    name: 'brown, words',
    folder: '/tmp/run-1',
    config: { clip: 0.25, bptt: 70, bs: 16, tokenizer: 'word' },
    backend: {
      name: 'wasm',
      version: '4.22.0',
      threads: 1,
      selfTestMs: 12,
      reason: 'fastest that passed',
      refused: [],
    },
    vocabSize: words.length,
    trainTokens: 60000,
    validTokens: 6000,
    unigramPerplexity: 420,
    plannedSteps: STEPS,
    stepsPerEpoch: 100,
    parameterCount: 200000,
    tree: leaves.map(([name, shape, mask]) => ({
      kind: 'parameter',
      name,
      label: name,
      shape,
      ...(mask
        ? { derived: { mask, name: mask.replace('weight', 'module.weight'), label: 'weight_hh_l0', shape } }
        : {}),
    })),
    sites,
  } as unknown as RunDescription;
  const f = (make: (i: number) => number) => Float32Array.from({ length: STEPS }, (_, i) => make(i));
  const ce = f((i) => 7 - 2 * (1 - Math.exp(-i / 50)) + 0.06 * normal() + (i % 53 === 20 ? 0.4 : 0));
  const gradNorm = f((i) => 0.16 * Math.exp(0.25 * normal()) * (i < 20 ? 3 : 1));
  const byName = <T>(make: (name: string) => T) => Object.fromEntries(leaves.map(([name]) => [name, make(name)]));
  const train = {
    step: Float64Array.from({ length: STEPS }, (_, i) => i + 1),
    loss: ce.map((v) => v + 0.01),
    ce,
    gradNorm,
    gradNormClipped: gradNorm.map((v) => Math.min(v, 0.25)),
    lr: f(() => 2e-3),
    ms: f(() => 40),
    introspectionMs: f(() => 2),
    tokens: f(() => 1120),
    paramGrad: byName(() => f((i) => 0.05 * Math.exp(0.3 * normal() - i / 400))),
    paramUpdate: byName(() => f(() => 0.006 * Math.exp(0.5 * normal()))),
    kept: Object.fromEntries(
      sites.map((s) => [s.name, f(() => 1 - s.p + Math.sqrt((s.p * (1 - s.p)) / s.draws) * normal())]),
    ),
  };
  const validStep = Float64Array.from({ length: 10 }, (_, i) => (i + 1) * 20);
  const valid = {
    step: validStep,
    ce: Float32Array.from(validStep, (s) => 7.02 - 2 * (1 - Math.exp(-s / 50))),
    cleanEval: new Uint8Array(10).fill(1),
  };
  const last = STEPS - 1;
  const facts = {
    tokensPerSecond: 27500,
    secondsLeft: null,
    introspectionShare: 0.042,
    cleanEval: true,
    params: byName((name) => ({
      w: 10,
      g: train.paramGrad[name]?.[last] ?? 0,
      u: train.paramUpdate[name]?.[last] ?? 0,
    })),
    sites: Object.fromEntries(
      sites.map((s) => [s.name, { p: s.p, kept: train.kept[s.name]?.[last] ?? 0, draws: s.draws }]),
    ),
  };
  const summary = {
    id: 'run-1',
    name: 'brown, words',
    status: 'done' as const,
    step: STEPS,
    plannedSteps: STEPS,
    message: '',
    tensor: '',
  };
  const weights: Record<string, WeightView> = {};
  const masks: Record<string, MaskView> = {};
  for (const site of sites) {
    const [rows = 1, ...rest] = site.shape;
    const cols = rest.at(-1) ?? 1;
    const mask = maskData(rows * cols, site.p);
    const tile = tileOf(site.name, rows, cols, mask, [...site.shape]);
    const kept = mask.filter((v) => v !== 0).length / mask.length;
    if (site.kind === 'weight') {
      const raw = Float32Array.from(mask, () => 0.08 * normal());
      const derived = Float32Array.from(raw, (v, i) => v * (mask[i] ?? 0));
      const gradient = Float32Array.from(raw, (_, i) => (mask[i] === 0 ? 0 : 4e-4 * normal() * (mask[i] ?? 0)));
      const dropped = mask.filter((v) => v === 0).length;
      const pane = (name: string, data: Float32Array, holes?: Float32Array) =>
        paneOf(tileOf(name, rows, cols, data, [rows, cols]), holes);
      weights[site.name] = {
        step: STEPS,
        mode: 'train',
        mask: site.name,
        shape: [rows, cols],
        gates: true,
        p: site.p,
        panes: {
          raw: pane('raw', raw),
          mask: pane('mask', mask),
          derived: pane('derived', derived, mask),
          gradient: pane('gradient', gradient, mask),
        },
        facts: { cells: raw.length, equal: raw.length, dropped, gradientZeros: dropped, gradientZerosDropped: dropped },
      };
    } else
      masks[site.name] = {
        step: STEPS,
        mode: 'train',
        site,
        tile,
        kept,
        ...(site.kind === 'embedding'
          ? {
              rowLabels: words,
              droppedWords: words.flatMap((word, id) =>
                mask[id] === 0 ? [{ id, word, inBatch: Math.floor(60 / (id + 1)) }] : [],
              ),
            }
          : {}),
      };
  }
  const input = Int32Array.from({ length: 16 * 70 }, () =>
    Math.min(words.length - 1, Math.floor(3 + 60 * -Math.log(next() + 1e-9))),
  );
  const ids = Int32Array.from(new Set(input));
  const encoder = masks['0.encoder_dp']?.tile.data;
  const batch = {
    step: STEPS,
    rows: 16,
    length: 70,
    input,
    ids,
    words: [...ids].map((id) => words[id] ?? ''),
    dropped: Uint8Array.from(ids, (id) => (encoder?.[id] === 0 ? 1 : 0)),
  };
  return {
    snapshot: { runs: [summary], run: { summary, description, train, valid, facts }, selected: '' },
    weights,
    masks,
    batch,
  };
}
