/**
 * Masks as a statistician looks at them: the share dropped, and independence of neighbours, rows, places and calls. Seeds
 * are fixed and bounds are computed, so a failure is a fault and never bad luck.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { bernoulliMask } from '../../../src/engine/kernels/mask/mask.ts';
import { fnv1a } from '../../../src/shared/fnv1a.ts';
import { onEachBackend } from '../engine/onEachBackend.ts';
import { BACKENDS } from '../../../src/shared/backendReport.ts';

/** Half a band in standard deviations: one sound test in sixteen thousand would leave it. */
const DEVIATIONS = 4;
const SITES = ['0.rnns.0.weight_hh_l0', '0.rnns.1.weight_hh_l0', '0.input_dp', '1.output_dp'];
const RATES = [0.02, 0.1, 0.25, 0.5, 0.8];

function mask(shape: number[], p: number, { site = SITES[0]!, call = 1, seed = 42 } = {}): Uint8Array {
  return tf.tidy(() => {
    const draw = { seed, site: fnv1a(site), call: tf.tensor1d([call], 'int32'), repeat: 0 };
    return Uint8Array.from(bernoulliMask(shape, p, draw).dataSync(), (value) => (value === 0 ? 1 : 0));
  });
}

/** Standard deviations between a count and what n draws at p should give. */
const binomial = (count: number, n: number, p: number): number => (count - n * p) / Math.sqrt(n * p * (1 - p));
const sum = (cells: ArrayLike<number>): number =>
  Array.prototype.reduce.call(cells, (a, b) => (a as number) + (b as number), 0) as number;

/** Correlation of two lists of drops, in standard deviations: its own variance is 1/n when they are independent. */
function correlation(one: ArrayLike<number>, other: ArrayLike<number>, p: number): number {
  let both = 0;
  for (let i = 0; i < one.length; i++) both += (one[i]! - p) * (other[i]! - p);
  return both / (Math.sqrt(one.length) * p * (1 - p));
}

/** The p that 16 bits can hold. */
const held = (p: number): number => Math.round(p * 65536) / 65536;

const within = (z: number, what: string): void =>
  assert.ok(Math.abs(z) <= DEVIATIONS, `${what}: ${z.toFixed(2)} deviations`);

onEachBackend('statistics of masks', () => {
  test('the share dropped is binomial, at every p, shape and place', () => {
    const shapes = [
      [4608, 1],
      [1, 1152],
      [64, 1, 400],
      [512, 128],
      [7, 13, 17],
    ];
    for (const p of RATES) {
      for (const shape of shapes) {
        for (const site of SITES) {
          const cells = mask(shape, p, { site });
          within(binomial(sum(cells), cells.length, held(p)), `p ${p}, shape ${shape.join(' x ')}, ${site}`);
        }
      }
    }
  });

  test('neighbours are independent: the next cell, the next word, block and row', () => {
    const [rows, columns] = [256, 200];
    for (const p of RATES) {
      const cells = mask([rows, columns], p);
      for (const distance of [1, 2, 3, 4, 8, 16, columns - 1, columns, columns + 1]) {
        within(
          correlation(cells.subarray(distance), cells.subarray(0, -distance), held(p)),
          `p ${p}, distance ${distance}`,
        );
      }
    }
  });

  test('pairs of neighbours fill their four combinations as they should (chi-square)', () => {
    for (const p of RATES) {
      const cells = mask([400, 200], p, { call: 9 });
      const counts = [0, 0, 0, 0];
      for (let i = 0; i < cells.length; i += 2) counts[cells[i]! * 2 + cells[i + 1]!]!++;
      const [q, n] = [held(p), cells.length / 2];
      const wanted = [(1 - q) ** 2, (1 - q) * q, q * (1 - q), q ** 2].map((share) => share * n);
      const chi = sum(counts.map((count, at) => (count - wanted[at]!) ** 2 / wanted[at]!));
      // Chi-square with 3 degrees of freedom exceeds 25 once in sixty thousand.
      assert.ok(chi < 25, `p ${p}: chi-square ${chi.toFixed(1)}`);
    }
  });

  test('places and calls are independent of each other, also neighbouring calls and seeds', () => {
    const shape = [200, 250];
    for (const p of RATES) {
      const base = mask(shape, p);
      for (const site of SITES.slice(1))
        within(correlation(base, mask(shape, p, { site }), held(p)), `p ${p}, ${site}`);
      for (const call of [0, 2, 3, 1000, 2 ** 30]) {
        within(correlation(base, mask(shape, p, { call }), held(p)), `p ${p}, call ${call}`);
      }
      for (const seed of [41, 43]) within(correlation(base, mask(shape, p, { seed }), held(p)), `p ${p}, seed ${seed}`);
    }
  });

  test('rows of a batch are independent, and each has its share', () => {
    const [batch, features] = [16, 4000];
    for (const p of RATES) {
      const cells = mask([batch, 1, features], p, { site: '0.input_dp' });
      const row = (at: number): Uint8Array => cells.subarray(at * features, (at + 1) * features);
      for (let at = 0; at < batch; at++) {
        within(binomial(sum(row(at)), features, held(p)), `p ${p}, row ${at}`);
        if (at > 0) within(correlation(row(at - 1), row(at), held(p)), `p ${p}, rows ${at - 1} and ${at}`);
      }
    }
  });

  test('over many calls no cell is favoured (chi-square over cells) and no call is (chi-square over calls)', () => {
    const [cellCount, calls] = [240, 300];
    for (const p of [0.1, 0.5]) {
      const drops = new Float64Array(cellCount);
      let overCalls = 0;
      for (let call = 1; call <= calls; call++) {
        const cells = mask([cellCount], p, { call });
        cells.forEach((dropped, at) => (drops[at]! += dropped));
        overCalls += binomial(sum(cells), cellCount, held(p)) ** 2;
      }
      const overCells = sum(Array.from(drops, (count) => binomial(count, calls, held(p)) ** 2));
      // Chi-square with k degrees of freedom: mean k, deviation sqrt(2k).
      within((overCells - cellCount) / Math.sqrt(2 * cellCount), `p ${p}, cells`);
      within((overCalls - calls) / Math.sqrt(2 * calls), `p ${p}, calls`);
    }
  });
});

/** Filled by each backend's test in turn. */
const bits = new Map<string, string>();

onEachBackend('the same seed gives the same masks on every backend', (backend) => {
  test('bit for bit, at odd sizes, small and large p, first and last calls', () => {
    const parts: number[] = [];
    for (const shape of [[1], [7], [8], [9], [63, 1], [1, 65], [3, 1, 37], [129, 33], [1000, 257]]) {
      for (const p of [1 / 65536, 0.02, 0.3, 0.5, 0.97]) {
        for (const call of [1, 77, 2 ** 31 - 1, -1]) {
          tf.tidy(() => {
            const draw = {
              seed: 0xffffffff,
              site: fnv1a('0.hidden_dps.0'),
              call: tf.tensor1d([call], 'int32'),
              repeat: 0,
            };
            const values = bernoulliMask(shape, p, draw).dataSync<'float32'>();
            const words = new Int32Array(values.buffer, values.byteOffset, values.length);
            parts.push(words.reduce((hash, word) => Math.imul(hash ^ word, 0x01000193), 0x811c9dc5));
          });
        }
      }
    }
    bits.set(backend, parts.join());
    for (const other of BACKENDS)
      if (bits.has(other)) assert.equal(bits.get(other), bits.get(backend), `${other} and ${backend}`);
    assert.ok(new Set(parts).size > 100);
  });
});
