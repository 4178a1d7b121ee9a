/**
 * Compiles our kernels to code with vectors of eight floats. wasm has vectors of four; V8 can join neighbouring
 * operations to operations of twice the width on processors with AVX2 (its "revectorization"). Every lane is computed as
 * before, to the bit, and products take little more than half the time. V8 still calls that experimental: it is switched on
 * for this one compilation, and what comes out is tried before it is used (kernelBuild.ts).
 */
import { isUtf8 } from 'node:buffer';
import { setFlagsFromString } from 'node:v8';
import { type WasmModule, webAssembly } from './webAssembly.ts';

/** V8 of Node 24, the first it was tried on. Others would complain about a flag they do not know. */
const FIRST_V8 = 13;

/** Only V8's optimising compiler joins operations, so every function has to be compiled by it, and at once. */
const FLAGS = ['experimental-wasm-revectorize', 'no-liftoff', 'no-wasm-lazy-compilation'];
const USUAL = ['no-experimental-wasm-revectorize', 'liftoff', 'wasm-lazy-compilation'];

/** An empty custom section. V8 gives a module of the same bytes the code it has already. */
const MARK = Uint8Array.of(0, 5, 4, ...Buffer.from('wide'));

export function canCompileWide(): boolean {
  return process.arch === 'x64' && Number.parseInt(process.versions.v8) >= FIRST_V8;
}

export function compileWide(bytes: Uint8Array): WasmModule {
  for (const flag of FLAGS) setFlagsFromString(`--${flag}`);
  try {
    return new webAssembly.Module(Buffer.concat([bytes, MARK]));
  } finally {
    for (const flag of USUAL) setFlagsFromString(`--${flag}`);
  }
}

const TEXT = Buffer.alloc(256, 'a');

/**
 * After a call of code with vectors of eight. V8 leaves the upper halves of the registers as they are, and until they are
 * cleared every older instruction of C code has to carry them along: Math.exp takes fifteen times as long. Functions that a C
 * compiler made for wide vectors clear them when they return; the check for UTF-8 is one that can be called from here.
 */
export function leaveWide(): void {
  isUtf8(TEXT);
}
