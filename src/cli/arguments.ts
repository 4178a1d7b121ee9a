/**
 * Reads a command's arguments by node:util's parser and refuses what it does not know in one sentence, with the flag
 * that was probably meant.
 */
import { parseArgs } from 'node:util';
import { didYouMean } from '../shared/didYouMean.ts';
import { unusable } from './failure.ts';

/** Flags by name: those that take a value ("string"; "strings" may be repeated) and those that do not ("boolean"). */
export type Flags = Readonly<Record<string, 'string' | 'strings' | 'boolean'>>;

export interface Arguments {
  readonly positionals: readonly string[];
  /** The value of a flag that takes one. */
  text(flag: string): string | undefined;
  /** The values of a flag that may be repeated, in order. */
  texts(flag: string): readonly string[];
  /** Whether a flag without a value was given. */
  has(flag: string): boolean;
  /** A flag's value as a whole number from min to max; throws a sentence when it is not one. */
  integer(flag: string, min: number, max: number): number | undefined;
  /** A flag's value as one of these names; throws a sentence when it is none. `what` they are, in the singular. */
  choice<T extends string>(flag: string, names: readonly T[], what: string): T | undefined;
}

export function readArguments(command: string, args: readonly string[], flags: Flags): Arguments {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, type]) => [
      name,
      type === 'strings' ? ({ type: 'string', multiple: true } as const) : { type },
    ]),
  );
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const type = flags[token.name];
    if (type === undefined) throw unknownFlag(command, token.rawName, [...Object.keys(flags), 'help']);
    if (type === 'boolean' && token.value !== undefined) {
      throw unusable(`${token.rawName}: it takes no value (write ${token.rawName} alone)`);
    }
    if (type !== 'boolean' && (token.value === undefined || (!token.inlineValue && token.value.startsWith('--')))) {
      throw unusable(`${token.rawName}: its value is missing (see dropscope ${command} --help)`);
    }
    if (type !== 'strings' && seen.has(token.name))
      throw unusable(`${token.rawName}: given more than once (give it once)`);
    seen.add(token.name);
  }
  if (positionals.includes('')) throw unusable(`${command}: an argument is empty (leave it away, or name a file)`);
  const text = (flag: string) => (typeof values[flag] === 'string' ? values[flag] : undefined);
  return {
    positionals,
    text,
    texts: (flag) => [values[flag] ?? []].flat().filter((value) => typeof value === 'string'),
    has: (flag) => values[flag] === true,
    integer: (flag, min, max) => {
      const value = text(flag);
      if (value === undefined) return undefined;
      const number = Number(value);
      if (!/^-?\d+$/.test(value) || number < min || number > max) {
        throw unusable(
          `--${flag}: "${value}" is not a whole number from ${min} to ${max} (for example --${flag} ${Math.max(min, 100)})`,
        );
      }
      return number;
    },
    choice: (flag, names, what) => {
      const value = text(flag);
      const found = names.find((name) => name === value);
      if (value === undefined || found !== undefined) return found;
      const meant = didYouMean(value, names);
      const todo = meant === undefined ? `one of ${names.join(', ')}` : `did you mean ${meant}?`;
      throw unusable(`--${flag}: "${value}" is no ${what} (${todo})`);
    },
  };
}

function unknownFlag(command: string, rawName: string, known: readonly string[]): Error {
  const meant = didYouMean(rawName, known);
  const todo = meant === undefined ? `see dropscope ${command} --help` : `did you mean --${meant}?`;
  return unusable(`${rawName}: ${command} has no such flag (${todo})`);
}
