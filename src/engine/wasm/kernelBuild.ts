/**
 * Which build of our kernels this machine gets: relaxed SIMD (fused multiply-add) where the engine knows it and a
 * self-test passes, plain SIMD otherwise. The choice depends on the machine alone, never on a timing, so that a resumed
 * run computes the same numbers as before. `reproducible` takes the plain build, whose numbers are the same everywhere.
 * Either is compiled to wide vectors where that can be done, which changes no number.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type WasmMemory, type WasmModule, webAssembly } from './webAssembly.ts';
import { canCompileWide, compileWide } from './wideCompilation.ts';

export type BuildName = 'plain' | 'relaxed';

/** What the compiled module exports; addresses are byte offsets in its memory. */
export interface KernelExports {
  scratchBytes(): number;
  start(control: number, scratch: number): void;
  run(job: number, args: number, threads: number): void;
  runList(list: number, count: number, threads: number, worthSharing: number): void;
  serve(control: number, scratch: number, thread: number, threads: number): void;
}

export interface KernelBuild {
  name: BuildName;
  module: WasmModule;
  /** Compiled to vectors of eight: leaveWide() belongs after every call. */
  wide: boolean;
}

/** Compiles the build to use. Throws one sentence when none of the files can be used. */
export function chooseBuild(folder: string, shared: boolean, reproducible: boolean): KernelBuild {
  const names: BuildName[] = reproducible ? ['plain'] : ['relaxed', 'plain'];
  for (const name of names) {
    const bytes = readFileSync(join(folder, `kernels-${name}${shared ? '-shared' : ''}.wasm`));
    if (!webAssembly.validate(bytes)) continue;
    if (canCompileWide()) {
      const module = compileWide(bytes);
      if (productIsRight(module, shared)) return { name, module, wide: true };
    }
    const module = new webAssembly.Module(bytes);
    if (productIsRight(module, shared)) return { name, module, wide: false };
  }
  throw new Error(
    `the kernels in ${folder} do not work here: no build passes its self-test (rebuild with npm run build)`,
  );
}

export function instantiate(module: WasmModule, memory: WasmMemory): KernelExports {
  return new webAssembly.Instance(module, { env: { memory } }).exports as KernelExports;
}

const PAGE = 65536;

/** Multiplies two small matrices in a memory of its own and compares with plain arithmetic. */
function productIsRight(module: WasmModule, shared: boolean): boolean {
  const memory = new webAssembly.Memory(shared ? { initial: 16, maximum: 65536, shared } : { initial: 16 });
  const kernels = instantiate(module, memory);
  // Whole tiles and both edges, and more depth than one block.
  const [rows, depth, columns] = [6, 450, 37];
  const [control, args, a, b, c, packed, scratch] = [1024, 2048, PAGE, 2 * PAGE, 4 * PAGE, 5 * PAGE, 8 * PAGE];
  const floats = new Float32Array(memory.buffer);
  for (let i = 0; i < rows * depth; i++) floats[a / 4 + i] = Math.sin(i);
  for (let i = 0; i < depth * columns; i++) floats[b / 4 + i] = Math.cos(i);
  new Uint32Array(memory.buffer, args).set([a, 4 * depth, 4, b, 4, 4 * columns, 0, c, rows, columns, depth, packed, 0]);
  kernels.start(control, scratch);
  kernels.run(0, args, 1);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let wanted = 0;
      for (let k = 0; k < depth; k++) wanted += Math.sin(row * depth + k) * Math.cos(k * columns + column);
      if (!(Math.abs(floats[c / 4 + row * columns + column]! - wanted) < 1e-4)) return false;
    }
  }
  return true;
}
