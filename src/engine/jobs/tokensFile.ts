/** tokens.json of a trace: {"input": [[…]], "target": [[…]]}, both [B, T]. Every way to be wrong has its sentence. */
import { readFile } from 'node:fs/promises';
import { BadInput } from '../../shared/failureCodes.ts';
import type { TokenBatch } from '../training/trainerBatch.ts';

/** Throws {@link BadInput}; ids are those of a vocabulary of `vocabulary` words. */
export async function readTokens(file: string, vocabulary: number): Promise<TokenBatch> {
  const wrong = (why: string, todo = 'both input and target are lists of rows of ids') =>
    new BadInput(`tokens ${file}: ${why}; ${todo}`);
  const value = await readJson(file);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong('this is not an object', 'it must be {"input": [[…]], "target": [[…]]}');
  }
  const unknown = Object.keys(value).find((key) => key !== 'input' && key !== 'target');
  if (unknown !== undefined) throw wrong(`unknown key ${JSON.stringify(unknown)}`, 'the keys are input and target');
  const read = (key: 'input' | 'target') => {
    const rows = (value as Record<string, unknown>)[key];
    if (rows === undefined) throw wrong(`${key} is missing`);
    return matrix(key, rows, vocabulary, wrong);
  };
  const input = read('input');
  const target = read('target');
  if (input.rows !== target.rows || input.length !== target.length) {
    throw wrong(
      `target is [${target.rows}, ${target.length}] and input is [${input.rows}, ${input.length}]`,
      'they must have one shape, the target is the token after each input',
    );
  }
  return { rows: input.rows, length: input.length, input: input.ids, target: target.ids };
}

interface Matrix {
  readonly rows: number;
  readonly length: number;
  readonly ids: Int32Array;
}

function matrix(key: string, value: unknown, vocabulary: number, wrong: (why: string) => BadInput): Matrix {
  if (!Array.isArray(value) || value.length === 0) throw wrong(`${key} is not a list of rows`);
  const rows: unknown[] = value;
  const length = Array.isArray(rows[0]) ? rows[0].length : 0;
  const ids = new Int32Array(rows.length * length);
  rows.forEach((row, at) => {
    if (!Array.isArray(row)) throw wrong(`${key}[${at}] is not a list of ids`);
    if (row.length === 0) throw wrong(`${key}[${at}] is empty`);
    if (row.length !== length) throw wrong(`${key}[${at}] has ${row.length} ids where ${key}[0] has ${length}`);
    row.forEach((id: unknown, time) => {
      if (typeof id !== 'number' || !Number.isInteger(id))
        throw wrong(`${key}[${at}][${time}] is ${short(id)}, not a whole number`);
      if (id < 0 || id >= vocabulary)
        throw wrong(`${key}[${at}][${time}] is ${id}, outside a vocabulary of ${vocabulary} (0 to ${vocabulary - 1})`);
      ids[at * length + time] = id;
    });
  });
  return { rows: rows.length, length, ids };
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = missing ? 'there is no such file; check the path' : `it cannot be read: ${(error as Error).message}`;
    throw new BadInput(`tokens ${file}: ${why}`, { cause: error });
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    throw new BadInput(`tokens ${file}: not JSON; it must be {"input": [[…]], "target": [[…]]}`, { cause: error });
  }
}
