/** What is told of a file of weights: pairs in every state they are saved in, ties, damage, key styles, facts on tensors. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { CellStatistics } from '../../../src/engine/checkpoints/forensics/cellStatistics.ts';
import { checkpointTree } from '../../../src/engine/checkpoints/forensics/checkpointTree.ts';
import { examineCheckpoint } from '../../../src/engine/checkpoints/forensics/examineCheckpoint.ts';
import { keyStyleOf, styleName } from '../../../src/engine/checkpoints/forensics/keyStyleOf.ts';
import { fromDropscope } from '../../../src/engine/checkpoints/keyStyles.ts';
import { type NamedTensor, readSafetensors, writeSafetensors } from '../../../src/engine/checkpoints/safetensors.ts';
import type { CheckpointNode, CheckpointView } from '../../../src/shared/checkpointContract.ts';
import { keyStyles } from '../../../src/shared/jobContract.ts';
import { committedCases } from '../../golden/oneStepCase.ts';

const fixtures = path.join(import.meta.dirname, '../../fixtures/checkpoints');
const folder = mkdtempSync(path.join(tmpdir(), 'dropscope-forensics-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const never = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) };
const examine = (file: string) => examineCheckpoint(file, never);
const fixture = (name: string) => examine(path.join(fixtures, name));

async function examined(tensors: readonly NamedTensor[]): Promise<CheckpointView> {
  const file = path.join(folder, 'made.safetensors');
  await writeSafetensors(file, tensors);
  return examine(file);
}

const sentences = ({ findings }: CheckpointView, kind?: string) =>
  findings.filter((one) => kind === undefined || one.kind === kind).map(({ sentence }) => sentence);

/** The weights of a committed case, changed. */
async function weights(change: (tensors: NamedTensor[]) => NamedTensor[] = (same) => same): Promise<NamedTensor[]> {
  const { tensors } = await readSafetensors(path.join(committedCases, 'tied', 'weights.safetensors'));
  return change([...tensors]);
}

const RAW = '0.rnns.0.weight_hh_l0_raw';
const DERIVED = '0.rnns.0.module.weight_hh_l0';

/** The case's weights with a derived weight beside the first raw one. */
const withDerived = (derive: (raw: number, row: number, col: number) => number) =>
  weights((tensors) => {
    const raw = tensors.find(({ name }) => name === RAW) ?? assert.fail('no raw weight');
    const cols = raw.shape[1] ?? 1;
    const data = raw.data.map((value, at) => derive(value, Math.floor(at / cols), at % cols));
    return [...tensors, { name: DERIVED, shape: raw.shape, data }];
  });

const about = async (derive: (raw: number, row: number, col: number) => number) =>
  sentences(await examined(await withDerived(derive))).find((sentence) => sentence.startsWith(`${RAW}: `));

describe('a raw weight beside its derived one', () => {
  it('mask, p and training mode of a file of fastai v1', async () => {
    const view = await fixture('fastai1-training.pth');
    const [first] = sentences(view).filter((sentence) => sentence.startsWith(RAW));
    assert.equal(
      first,
      `${RAW}: derived = mask × raw / (1 − p): 50.0 % zeros, median ratio 2.00: p = 0.5, saved in training mode.`,
    );
    assert.ok(sentences(view).includes('832 numbers are stored twice: 2 derived weights beside the raw ones.'));
    assert.deepEqual([view.cells, view.distinctCells], [3192, 1976]);
    assert.equal(view.config?.['weight_p'], 0.5);
  });

  it('evaluation mode of a file of salesforce, where derived is raw', async () => {
    const view = await fixture('salesforce-evaluated.pt');
    const found = sentences(view).filter((sentence) =>
      /derived = raw in all \d+ cells: saved in evaluation/.test(sentence),
    );
    assert.equal(found.length, 2);
    assert.equal(view.config?.['weight_p'], undefined);
  });

  it('a stale one: the median still tells p, the spread that raw has moved', async () => {
    const view = await fixture('fastai1-stale.pth');
    const [first] = sentences(view, 'caution');
    assert.match(first ?? '', /50\.0 % zeros, median ratio 2\.\d\d: p = 0\.5, .* raw has moved since: \S+ is stale/);
    assert.equal(view.config?.['weight_p'], 0.5);
  });

  it('rows and columns that were dropped at once', async () => {
    assert.match(
      (await about((raw, row) => (row % 4 === 0 ? 0 : raw / 0.75))) ?? '',
      /25\.0 % zeros, whole rows at once, median ratio 1\.33: p = 0\.25/,
    );
    assert.match(
      (await about((raw, _, col) => (col % 2 === 0 ? 0 : raw * 2))) ?? '',
      /50\.0 % zeros, whole columns at once, .*p = 0\.5/,
    );
  });

  it('a mask without its scale, p = 1, an unmasked one that is stale, and one that is no mask at all', async () => {
    assert.match(
      (await about((raw, row, col) => ((row + col) % 2 ? raw : 0))) ?? '',
      /mask × raw, without 1 \/ \(1 − p\): 50\.0 %/,
    );
    assert.match((await about(() => 0)) ?? '', /derived is 0 in all \d+ cells: saved in training mode with p = 1/);
    assert.match((await about((raw) => raw + 1e-5)) ?? '', /no mask, but differs from raw by up to 0\.00001: .* stale/);
    assert.match(
      (await about((raw, row, col) => ((row + col) % 2 ? raw * 7 : 0))) ?? '',
      /not raw times a mask: 50\.0 % zeros, median ratio 7\.00, and no p gives both/,
    );
  });
});

describe('a whole file', () => {
  it('ties by memory in torch files, by content in safetensors, and not where there are none', async () => {
    const torch = await fixture('fastai2.pth');
    assert.ok(sentences(torch).includes('Decoder tied to encoder: 1.decoder.weight is 0.encoder.weight.'));
    const written = fromDropscope(await weights(), 'fastai2');
    assert.ok(
      sentences(await examined(written)).includes('Decoder tied to encoder: 1.decoder.weight is 0.encoder.weight.'),
    );
    const untied = await examine(path.join(committedCases, 'untied', 'weights.safetensors'));
    assert.ok(sentences(untied).some((sentence) => sentence.startsWith('Decoder not tied')));
    assert.equal(untied.config?.['tie_weights'], false);
    const own = await examined(await weights());
    assert.ok(sentences(own).some((sentence) => sentence.includes('a tied decoder uses 0.encoder.weight')));
    assert.equal(own.cells, own.distinctCells);
  });

  it('vectors that are equal by chance are no tie', async () => {
    const same = { shape: [4], data: Float32Array.of(1, 2, 3, 4) };
    const view = await examined([
      { name: 'a.weight', ...same },
      { name: 'b.weight', ...same },
    ]);
    assert.equal(view.cells, view.distinctCells);
  });

  it('not finite numbers and zeros in a learned weight are damage', async () => {
    const spoilt = await weights((tensors) =>
      tensors.map((tensor) => {
        if (tensor.name === '1.decoder.bias')
          return { ...tensor, data: tensor.data.map((value, at) => (at < 2 ? NaN : value)) };
        return tensor.name === RAW ? { ...tensor, data: tensor.data.map((value, at) => (at % 4 ? value : 0)) } : tensor;
      }),
    );
    const found = sentences(await examined(spoilt), 'damage');
    assert.match(
      found[0] ?? '',
      /0\.rnns\.0\.weight_hh_l0_raw: 25\.0 % are exactly 0: a mask was written into the learned weight/,
    );
    assert.match(found[1] ?? '', /1\.decoder\.bias: 2 numbers of \d+ not finite/);
  });

  it('a mask left of a weight whose raw one is missing', async () => {
    const lost = await weights((tensors) =>
      tensors.map((tensor) =>
        tensor.name === RAW
          ? { ...tensor, name: DERIVED, data: tensor.data.map((value, at) => (at % 2 ? value * 2 : 0)) }
          : tensor,
      ),
    );
    const view = await examined(lost);
    assert.match(sentences(view, 'damage')[0] ?? '', /50\.0 % are exactly 0: with no raw weight beside it/);
  });

  it('the model and a config that fits, and why there is none', async () => {
    const view = await examine(path.join(committedCases, 'both-directions-dropped', 'weights.safetensors'));
    assert.deepEqual(view.config, {
      vocab_sz: 23,
      emb_sz: 8,
      n_hid: 6,
      n_layers: 2,
      bidir: true,
      tie_weights: true,
      out_bias: true,
      weight_drop: { names: ['weight_hh_l0', 'weight_hh_l0_reverse'] },
    });
    const gap = await examined(
      await weights((tensors) => tensors.filter(({ name }) => !name.includes('0.module.bias_ih'))),
    );
    assert.match(
      sentences(gap, 'caution')[0] ?? '',
      /Not a whole AWD-LSTM language model: 0\.rnns\.0\.module\.bias_ih_l0 is missing/,
    );
    assert.deepEqual([gap.config, gap.convertible], [null, false]);
  });

  it('any other file is a plain tree without alarm', async () => {
    const view = await fixture('odd-tensors.pt');
    assert.deepEqual([view.style, view.config, view.findings.length, view.tensors.length], ['unknown', null, 0, 6]);
    const trace = await examine(path.join(committedCases, 'tied', 'trace.safetensors'));
    assert.deepEqual(sentences(trace, 'damage'), []);
  });
});

describe('key styles', () => {
  it('those that are written are told apart', async () => {
    for (const style of keyStyles) {
      const names = fromDropscope(await weights(), style).map(({ name }) => name);
      assert.equal(keyStyleOf(names), style);
      assert.equal(keyStyleOf(names.map((name) => `module.${name}`)), style);
      assert.match(
        styleName(
          style,
          names.map((name) => `module.${name}`),
        ),
        /DataParallel/,
      );
    }
  });

  it('fastai 0.7, a saved encoder, and names of something else', () => {
    assert.equal(
      keyStyleOf(['0.encoder.weight', '0.encoder_with_dropout.embed.weight', '0.rnns.0.module.weight_hh_l0_raw']),
      'fastai0.7',
    );
    assert.equal(keyStyleOf(['encoder.weight', 'rnns.0.weight_hh_l0_raw']), 'encoder');
    assert.equal(keyStyleOf(['transformer.wte.weight']), 'unknown');
  });
});

describe('the tree', () => {
  it('holds derived under raw and every number once', () => {
    const tensors = ['a.w_raw', 'a.module.w', 'b', 'b.c'].map((name) => ({ name, cells: 10 }));
    const root = checkpointTree(tensors, new Map([['a.w_raw', 'a.module.w']]), new Map([['b.c', 'b']]));
    const lines = (node: CheckpointNode): unknown =>
      node.kind === 'module'
        ? [node.name, node.cells, ...node.children.map(lines)]
        : [node.name, node.role, ...node.children.map(lines)];
    assert.deepEqual(lines(root), [
      '',
      20,
      ['a', 10, ['a.w_raw', 'raw', ['a.module.w', 'derived']]],
      ['b', 'plain'],
      ['b', 0, ['b.c', 'tie']],
    ]);
  });

  it('any names at all: each tensor is in it once, however deep', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', '.', '__proto__', '_raw') })), (names) => {
        const root = checkpointTree(
          names.map((name) => ({ name, cells: 1 })),
          new Map(),
          new Map(),
        );
        const found: string[] = [];
        const visit = (node: CheckpointNode): void => {
          if (node.kind === 'tensor') found.push(node.name);
          node.children.forEach(visit);
        };
        visit(root);
        assert.deepEqual(found.sort(), [...names].sort());
        assert.ok(root.kind === 'module' && root.cells === names.length);
      }),
    );
    const deep = checkpointTree([{ name: '.'.repeat(100_000), cells: 1 }], new Map(), new Map());
    assert.ok(JSON.stringify(deep).length < 1e7);
  });
});

it('facts from pieces are those of the whole, and what is not finite is counted apart', () => {
  const value = fc.oneof(
    { weight: 8, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e3, max: 1e3 }) },
    fc.constantFrom(0, NaN, Infinity),
  );
  fc.assert(
    fc.property(fc.array(fc.array(value, { maxLength: 20 }), { maxLength: 6 }), (pieces) => {
      const statistics = new CellStatistics();
      for (const piece of pieces) statistics.add(Float32Array.from(piece));
      const all = Array.from(Float32Array.from(pieces.flat()));
      const finite = all.filter(Number.isFinite);
      const found = statistics.result();
      assert.equal(found.nonFinite, all.length - finite.length);
      assert.equal(found.zeros, all.filter((one) => one === 0).length);
      if (finite.length === 0) return assert.deepEqual([found.mean, found.std, found.min], [null, null, null]);
      const mean = finite.reduce((sum, one) => sum + one, 0) / finite.length;
      const std = Math.sqrt(finite.reduce((sum, one) => sum + (one - mean) ** 2, 0) / finite.length);
      assert.ok(Math.abs((found.mean ?? NaN) - mean) < 1e-9 * 1e3);
      assert.ok(Math.abs((found.std ?? NaN) - std) < 1e-6 * 1e3);
      assert.deepEqual([found.min, found.max], [Math.min(...finite), Math.max(...finite)]);
    }),
  );
});
