// How quick the wasm kernels' products and LSTM layers are, compiled to vectors of eight floats and of four, in alternated
// rounds: node test/bench/wasmProducts.ts [SIZE…] [--threads N] [--rounds N] [--build relaxed|plain]. Prints one JSON document:
// of each product the highest thousand-million operations a second, of each layer the fewest milliseconds forward and
// backward. The best of many rounds is what a machine with other work to do still shows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type JobName, JOBS, packedSize } from '../../src/engine/wasm/jobs.ts';
import { instantiate } from '../../src/engine/wasm/kernelBuild.ts';
import { wasmFolder } from '../../src/engine/wasm/wasmFolder.ts';
import { webAssembly, type WasmModule } from '../../src/engine/wasm/webAssembly.ts';
import { compileWide } from '../../src/engine/wasm/wideCompilation.ts';
import { WorkerTeam } from '../../src/engine/wasm/workerTeam.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
    build: { type: 'string', default: 'relaxed' },
  },
});
const [threads, rounds] = [Number(values.threads), Number(values.rounds)];

/** rows, depth, columns; A read transposed */
const products: [number, number, number, boolean][] = [
  [20, 1152, 4608, false],
  [1400, 1152, 4608, false],
  [4608, 1400, 1152, true],
  [1120, 400, 5000, false],
  [16, 128, 512, false],
];

/** batch, time, inputs, hidden: the middle layer of each size. */
const layers: Record<string, [number, number, number, number]> = {
  small: [16, 70, 64, 128],
  medium: [32, 70, 400, 400],
  ulmfit: [20, 70, 1152, 1152],
};

/** So many values are repeated in all arrays. */
const PATTERN = 4096;

const [CONTROL, ARGUMENTS, SCRATCH, ARRAYS] = [1024, 4096, 65536, 2 ** 22];

/** One compilation of the kernels with memory and threads of its own. */
async function start(module: WasmModule) {
  const memory = new webAssembly.Memory({ initial: 7168, maximum: 65536, shared: true });
  const floats = new Float32Array(memory.buffer, ARRAYS);
  floats.set(Float32Array.from({ length: PATTERN }, (_, at) => 0.1 * Math.sin(at)));
  for (let at = PATTERN; at < floats.length; at *= 2) floats.copyWithin(at, 0, Math.min(at, floats.length - at));
  const kernels = instantiate(module, memory);
  kernels.start(CONTROL, SCRATCH);
  const team = new WorkerTeam({ module, memory, control: CONTROL, scratch: SCRATCH }, threads, (sentence) => {
    throw new Error(sentence);
  });
  if (threads > 1) await team.ready();
  /** Milliseconds of a job whose arguments are numbers, or [floats] for an array of so many. */
  const time = (job: JobName, args: (number | [number])[]): number => {
    let next = ARRAYS;
    const words = args.map((arg) => {
      if (typeof arg === 'number') return arg;
      const address = next;
      next += Math.ceil(arg[0] / 16) * 64;
      return address;
    });
    new Uint32Array(memory.buffer, ARGUMENTS).set(words);
    const started = performance.now();
    kernels.run(JOBS[job], ARGUMENTS, threads);
    return performance.now() - started;
  };
  return { time, stop: () => team.stop() };
}

const bytes = readFileSync(join(wasmFolder(), `kernels-${values.build}-shared.wasm`));
const compiled = { four: await start(new webAssembly.Module(bytes)), eight: await start(compileWide(bytes)) };
const best: Record<string, Record<string, number>> = {};

function note(what: string, who: string, milliseconds: number): void {
  const times = (best[what] ??= {});
  times[who] = Math.min(times[who] ?? Infinity, milliseconds);
}

for (let round = 0; round < rounds; round++) {
  for (const [who, { time }] of Object.entries(compiled)) {
    for (const [rows, depth, columns, transposed] of products) {
      const strides = transposed ? [4, 4 * rows, 4, 4 * columns] : [4 * depth, 4, 4 * depth, 4];
      const [a, b] = [strides.slice(0, 2), strides.slice(2)];
      const packed = packedSize(columns, depth);
      const args = [
        [rows * depth],
        ...a,
        [columns * depth],
        ...b,
        0,
        [rows * columns],
        rows,
        columns,
        depth,
        [packed],
        0,
      ];
      for (let k = 0; k < 3; k++) {
        note(`${rows} x ${depth} x ${columns}`, who, time('product', args as (number | [number])[]));
      }
    }
    for (const [name, [batch, steps, inputs, hidden]] of Object.entries(layers)) {
      if (positionals.length > 0 && !positionals.includes(name)) continue;
      const [rows, width] = [batch * steps, 4 * hidden];
      const [all, state] = [rows * hidden, batch * hidden];
      const weights = [width * inputs, width * hidden];
      const kept = [all, rows * width, all];
      const arrays = (sizes: number[]): [number][] => sizes.map((size) => [size]);
      const counts = [batch, steps, inputs, hidden];
      const packed = [packedSize(width, inputs), 4 * packedSize(hidden, hidden), width];
      const forward = [rows * inputs, ...weights, width, width, state, state, ...kept, ...packed];
      note(`${name} forward`, who, time('lstmForward', [...counts, ...arrays(forward)]));
      const results = [rows * inputs, ...weights, width, all];
      const panels = [packedSize(inputs, width), packedSize(hidden, width), packedSize(inputs, rows)];
      const scratch = [rows * width, state, state, ...panels, packedSize(hidden, rows)];
      const backward = [rows * inputs, ...weights, state, state, ...kept, all, ...results, ...scratch];
      note(`${name} backward`, who, time('lstmBackward', [...counts, ...arrays(backward)]));
    }
  }
}
for (const { stop } of Object.values(compiled)) await stop();

for (const [rows, depth, columns] of products) {
  const times = best[`${rows} x ${depth} x ${columns}`]!;
  for (const who of Object.keys(times)) times[who] = (2 * rows * depth * columns) / times[who]! / 1e6;
}
console.log(JSON.stringify({ build: values.build, threads, rounds, best }, null, 1));
