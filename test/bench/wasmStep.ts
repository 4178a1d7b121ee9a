// Milliseconds of a training step on the wasm backend, alternated with PyTorch's in the same rounds when its Python is
// given: node test/bench/wasmStep.ts SIZE [--steps N] [--rounds N] [--threads N] [--torch PYTHON SCRIPT].
// SCRIPT answers "step SIZE N" on its standard input with a line of JSON that has `ms`. Prints one JSON document.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../src/engine/backends/chooseBackend.ts';
import { getLanguageModel } from '../../src/engine/models/languageModel.ts';
import { Trainer } from '../../src/engine/training/trainer.ts';
import { setKernelOptions } from '../../src/engine/wasm/kernelOptions.ts';
import { WasmKernels } from '../../src/engine/wasm/wasmKernels.ts';
import { defaultConfig } from '../../src/shared/config.ts';

const sizes: Record<
  string,
  { vocab_sz: number; emb_sz: number; n_hid: number; n_layers: number; rows: number; length: number }
> = {
  tiny: { vocab_sz: 100, emb_sz: 20, n_hid: 10, n_layers: 2, rows: 10, length: 5 },
  small: { vocab_sz: 96, emb_sz: 64, n_hid: 128, n_layers: 2, rows: 16, length: 70 },
  medium: { vocab_sz: 5000, emb_sz: 200, n_hid: 400, n_layers: 3, rows: 32, length: 70 },
  ulmfit: { vocab_sz: 10000, emb_sz: 400, n_hid: 1152, n_layers: 3, rows: 20, length: 70 },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string' },
    torch: { type: 'string', multiple: true },
  },
});
const name = positionals[0] ?? 'small';
const size = sizes[name];
if (!size) throw new Error(`size ${name}: one of ${Object.keys(sizes).join(', ')}`);
const { rows, length, ...shape } = size;
const [steps, rounds] = [Number(values.steps), Number(values.rounds)];
if (values.threads !== undefined) setKernelOptions({ threads: Number(values.threads) });

const report = await chooseBackend('wasm');
const kernels = WasmKernels.of(tf.backend());
await kernels.ready();
const config = { ...defaultConfig(), ...shape };
const trainer = new Trainer(getLanguageModel(config), config);
const tokens = (offset: number): Int32Array =>
  Int32Array.from({ length: rows * length }, (_, at) => ((at + offset) * 7919) % shape.vocab_sz);
const batch = { input: tokens(0), target: tokens(1), rows, length };
let step = 0;

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

function ours(count: number): number {
  const times = Array.from({ length: count }, () => {
    const started = performance.now();
    trainer.step(batch, { step: ++step, lr: 2e-3 });
    return performance.now() - started;
  });
  return median(times);
}

/** PyTorch in a process of its own, asked for a round at a time. */
function startTorch([python, script]: string[]) {
  const server = spawn(python!, [script!, '--server'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
  return {
    async step(count: number): Promise<number> {
      server.stdin.write(`step ${name} ${count}\n`);
      return (JSON.parse(String((await lines.next()).value)) as { ms: number }).ms;
    },
    stop: () => server.stdin.end('quit\n'),
  };
}

const torch = values.torch ? startTorch([...values.torch, ...positionals.slice(1)]) : null;
ours(Math.max(5, steps >> 1));
const times: { wasm: number; torch?: number; ratio?: number }[] = [];
for (let round = 0; round < rounds; round++) {
  const theirs = await torch?.step(steps);
  const wasm = ours(steps);
  times.push(theirs === undefined ? { wasm } : { torch: theirs, wasm, ratio: wasm / theirs });
}
torch?.stop();
const { threads, build } = kernels;
console.log(JSON.stringify({ size: name, version: report.version, build, threads, steps, rounds: times }, null, 1));
await kernels.dispose();
