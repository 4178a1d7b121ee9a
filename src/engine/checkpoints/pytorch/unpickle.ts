/**
 * Reads the pickles that torch.save writes (protocols 2 to 5, the instructions it uses), without running anything: names
 * outside the list of allowedObjects.ts end the reading in a sentence. Work and memory are bounded by the bytes given.
 * Instructions: Python's pickletools.py describes each one.
 */
import { CheckpointError } from '../checkpointError.ts';
import { clipped } from '../safetensorsHeader.ts';
import { allowedGlobal, persistent, rebuilt } from './allowedObjects.ts';
import type { PickleValue } from './pickleValues.ts';

const mostInstructions = 2_000_000;

/** Marks the beginning of a group on the stack. */
const MARK = Symbol('mark');
type Slot = PickleValue | typeof MARK;

export interface Unpickled {
  readonly value: PickleValue;
  /** The byte behind the pickle. */
  readonly end: number;
}

/** The pickle that begins at `start`. Throws a {@link CheckpointError}; `where` names the file. */
export function unpickle(bytes: Buffer, start: number, where: string): Unpickled {
  return new Reader(bytes, start, where).read();
}

class Reader {
  readonly #bytes: Buffer;
  readonly #where: string;
  readonly #stack: Slot[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #at: number;

  constructor(bytes: Buffer, start: number, where: string) {
    this.#bytes = bytes;
    this.#at = start;
    this.#where = where;
  }

  read(): Unpickled {
    for (let done = 0; done < mostInstructions; done++) {
      const instruction = this.#byte();
      if (instruction === STOP) return { value: this.#pop(), end: this.#at };
      const act = instructions[instruction];
      if (!act) {
        const code = `0x${instruction.toString(16).padStart(2, '0')}`;
        throw this.#damaged(`instruction ${code} at byte ${this.#at - 1} is none that torch.save writes`);
      }
      act(this.#machine);
    }
    throw this.#damaged(`more than ${mostInstructions} instructions`);
  }

  #damaged(why: string): CheckpointError {
    return new CheckpointError(`${this.#where}: its pickle is not read: ${why}`);
  }

  #byte(): number {
    return this.#take(1)[0]!;
  }

  #take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw this.#damaged('it is cut off');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw this.#damaged('a value is missing on its stack');
    return value;
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) throw this.#damaged('a value is missing on its stack');
    return value;
  }

  #group(): PickleValue[] {
    const from = this.#stack.lastIndexOf(MARK);
    if (from < 0) throw this.#damaged('a group has no beginning');
    const group = this.#stack.splice(from);
    return group.slice(1) as PickleValue[];
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0 || end - this.#at > 1000) throw this.#damaged('a name has no end');
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }

  #global(module: PickleValue, name: PickleValue): PickleValue {
    if (typeof module !== 'string' || typeof name !== 'string') throw this.#damaged('a name is not a text');
    const allowed = allowedGlobal(module, name);
    if (allowed) return allowed;
    throw new CheckpointError(
      `${this.#where}: it holds a Python object, ${clipped(`${module}.${name}`)}, and objects are not made from a file; ` +
        'save the weights alone in Python: torch.save(model.state_dict(), file)',
    );
  }

  #called(callable: PickleValue, args: PickleValue): PickleValue {
    const value = rebuilt(callable, args);
    if (value === undefined) throw this.#damaged(`an object before byte ${this.#at} is not built as torch.save does`);
    return value;
  }

  #store(map: PickleValue, pairs: readonly PickleValue[]): void {
    if (!(map instanceof Map) || pairs.length % 2 !== 0) throw this.#damaged('an entry has no dictionary');
    for (let at = 0; at < pairs.length; at += 2) map.set(pairs[at]!, pairs[at + 1]!);
  }

  #append(list: PickleValue, items: readonly PickleValue[]): void {
    if (!Array.isArray(list)) throw this.#damaged('an item has no list');
    for (const item of items) list.push(item);
  }

  /** What instructions may do. */
  readonly #machine: Machine = {
    byte: () => this.#byte(),
    take: (length) => this.#take(length),
    line: () => this.#line(),
    push: (value) => this.#stack.push(value),
    pop: () => this.#pop(),
    top: () => this.#top(),
    group: () => this.#group(),
    global: (module, name) => this.#global(module, name),
    called: (callable, args) => this.#called(callable, args),
    store: (map, pairs) => this.#store(map, pairs),
    append: (list, items) => this.#append(list, items),
    damaged: (why) => this.#damaged(why),
    remember: (key) => this.#memo.set(key ?? this.#memo.size, this.#top()),
    recall: (key) => {
      const value = this.#memo.get(key);
      if (value === undefined) throw this.#damaged(`it recalls what was not kept (${key})`);
      return value;
    },
  };
}

interface Machine {
  byte(): number;
  take(length: number): Buffer;
  line(): string;
  push(value: Slot): void;
  pop(): PickleValue;
  top(): PickleValue;
  /** The values since the last mark, without it. */
  group(): PickleValue[];
  global(module: PickleValue, name: PickleValue): PickleValue;
  called(callable: PickleValue, args: PickleValue): PickleValue;
  store(map: PickleValue, pairs: readonly PickleValue[]): void;
  append(list: PickleValue, items: readonly PickleValue[]): void;
  damaged(why: string): CheckpointError;
  /** Without a key the next free one. */
  remember(key?: number): void;
  recall(key: number): PickleValue;
}

const STOP = 0x2e;
const code = (letter: string): number => letter.charCodeAt(0);
const uint16 = (m: Machine) => m.take(2).readUInt16LE();
const uint32 = (m: Machine) => m.take(4).readUInt32LE();
/** Lengths of eight bytes; what does not fit a number is longer than any file. */
const uint64 = (m: Machine) => Number(m.take(8).readBigUInt64LE());
const text = (m: Machine, length: number, encoding: BufferEncoding = 'utf8') =>
  m.push(m.take(length).toString(encoding));

const instructions: Readonly<Record<number, (m: Machine) => void>> = {
  0x80: (m) => void m.byte(), // PROTO
  0x95: (m) => void m.take(8), // FRAME: its length; what is in it follows all the same
  [code('(')]: (m) => m.push(MARK),
  [code('0')]: (m) => void m.pop(),
  [code('N')]: (m) => m.push(null),
  0x88: (m) => m.push(true),
  0x89: (m) => m.push(false),
  [code('J')]: (m) => m.push(m.take(4).readInt32LE()),
  [code('K')]: (m) => m.push(m.byte()),
  [code('M')]: (m) => m.push(uint16(m)),
  0x8a: (m) => m.push(long(m.take(m.byte()))), // LONG1
  [code('G')]: (m) => m.push(m.take(8).readDoubleBE()),
  [code('X')]: (m) => text(m, uint32(m)),
  0x8c: (m) => text(m, m.byte()), // SHORT_BINUNICODE
  0x8d: (m) => text(m, uint64(m)), // BINUNICODE8
  [code('U')]: (m) => text(m, m.byte(), 'latin1'), // SHORT_BINSTRING, from Python 2
  [code('T')]: (m) => text(m, uint32(m), 'latin1'), // BINSTRING
  [code('C')]: (m) => text(m, m.byte(), 'latin1'), // SHORT_BINBYTES
  [code('B')]: (m) => text(m, uint32(m), 'latin1'), // BINBYTES
  [code(')')]: (m) => m.push([]),
  [code('t')]: (m) => m.push(m.group()),
  0x85: (m) => m.push([m.pop()]),
  0x86: (m) => m.push([m.pop(), m.pop()].reverse()),
  0x87: (m) => m.push([m.pop(), m.pop(), m.pop()].reverse()),
  [code(']')]: (m) => m.push([]),
  [code('l')]: (m) => m.push(m.group()),
  [code('a')]: (m) => {
    const item = m.pop();
    m.append(m.top(), [item]);
  },
  [code('e')]: (m) => {
    const items = m.group();
    m.append(m.top(), items);
  },
  [code('}')]: (m) => m.push(new Map()),
  [code('s')]: (m) => {
    const value = m.pop();
    const key = m.pop();
    m.store(m.top(), [key, value]);
  },
  [code('u')]: (m) => {
    const pairs = m.group();
    m.store(m.top(), pairs);
  },
  [code('q')]: (m) => m.remember(m.byte()),
  [code('r')]: (m) => m.remember(uint32(m)),
  0x94: (m) => m.remember(), // MEMOIZE
  [code('h')]: (m) => m.push(m.recall(m.byte())),
  [code('j')]: (m) => m.push(m.recall(uint32(m))),
  [code('c')]: (m) => {
    const module = m.line();
    m.push(m.global(module, m.line()));
  },
  0x93: (m) => {
    const name = m.pop();
    m.push(m.global(m.pop(), name));
  },
  [code('R')]: (m) => callTop(m),
  0x81: (m) => callTop(m), // NEWOBJ: for the list's classes the same as a call
  // The state of an object that is kept as a plain dictionary or list says nothing about weights.
  [code('b')]: (m) => void m.pop(),
  [code('Q')]: (m) => {
    const storage = persistent(m.pop());
    if (!storage) throw m.damaged('it refers to something that is not the storage of a tensor');
    m.push(storage);
  },
};

function callTop(m: Machine): void {
  const args = m.pop();
  m.push(m.called(m.pop(), args));
}

/** Two's complement, little-endian; a number where it is exact. */
function long(bytes: Buffer): number | bigint {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at]!);
  const signed = BigInt.asIntN(8 * bytes.length, value);
  const number = Number(signed);
  return Number.isSafeInteger(number) ? number : signed;
}
