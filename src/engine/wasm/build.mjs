// Makes the files of the wasm backend. Our kernels are compiled from AssemblyScript, four builds of one source: plain
// and relaxed SIMD (fused multiply-add), each for a memory of one thread and for one that threads share. They import their memory and
// have no static data, because they live in tfjs-backend-wasm's; that backend's binary is copied as it is, and once
// more with its memory declared shared.
import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

const entry = path.join(import.meta.dirname, 'assembly/index.ts');
const backend = 'tfjs-backend-wasm-simd.wasm';
const sharing = ['--sharedMemory', '--maximumMemory', '65536'];
const fused = ['--enable', 'relaxed-simd'];

/** File name of each build and the flags that make it different. */
const builds = {
  'kernels-plain.wasm': [],
  'kernels-relaxed.wasm': fused,
  'kernels-plain-shared.wasm': sharing,
  'kernels-relaxed-shared.wasm': [...fused, ...sharing],
};

/** Writes all files into `folder`; each appears complete or not at all. */
export async function buildWasm(folder) {
  await mkdir(path.join(folder, 'shared'), { recursive: true });
  const asc = await import('assemblyscript/asc');
  const source = createRequire(import.meta.url).resolve(`@tensorflow/tfjs-backend-wasm/dist/${backend}`);
  await aside(path.join(folder, backend), (target) => cp(source, target));
  await aside(path.join(folder, 'shared', backend), (target) => shareMemory(source, target));
  for (const [name, flags] of Object.entries(builds))
    await aside(path.join(folder, name), (target) => compile(asc, target, flags));
}

async function aside(target, write) {
  const temporary = `${target}.${process.pid}`;
  await write(temporary);
  await rename(temporary, target);
}

async function compile(asc, target, flags) {
  const common = '-O3 --noAssert --runtime stub --importMemory --enable simd --enable threads --use abort=';
  const { error, stderr } = await asc.main([entry, ...common.split(' '), ...flags, '--outFile', target]);
  if (error) throw new Error(`${path.basename(target)}: ${error.message}\n${stderr.toString()}`);
}

const memorySection = 5;
const hasMaximum = 1;
const isShared = 2;

/** Copies a module with one bit changed: its memory becomes shared, so that threads can compute on the tensors in it. */
async function shareMemory(source, target) {
  const bytes = await readFile(source);
  const at = memoryFlag(bytes);
  if (bytes[at] !== hasMaximum) throw new Error(`${backend}: its memory has no maximum, or is shared already`);
  bytes[at] |= isShared;
  await writeFile(target, bytes);
}

/** Where the flag of a module's own memory is. A module is 8 bytes and then sections: an id, a length, content. */
function memoryFlag(bytes) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const id = bytes[at++];
    const end = number() + at;
    if (id === memorySection) {
      number();
      return at;
    }
    at = end;
  }
  throw new Error(`${backend}: the module has no memory of its own`);
}

if (process.argv[1] === import.meta.filename) await buildWasm(process.argv[2] ?? 'out/wasm');
