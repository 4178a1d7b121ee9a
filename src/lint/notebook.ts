/**
 * The code cells of a Jupyter notebook (nbformat 3 and 4) as one Python text, each character with its place in the file,
 * so that a finding points into the .ipynb itself.
 */
import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import { type Source, withoutMagics } from './source.ts';

/** The same bound as for configs: the JSON parser is recursive. */
const deepest = 200;

export function readNotebook(text: string): Source {
  const body = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  if (tooDeep(body))
    return { kind: 'unreadable', why: `not a notebook: more than ${deepest} brackets inside each other` };
  const errors: ParseError[] = [];
  const tree = parseTree(body, errors);
  const cells = tree ? cellsOf(tree) : null;
  if (errors.length > 0 || !cells) return { kind: 'unreadable', why: 'not a notebook: no JSON with a list "cells"' };
  const characters: string[] = [];
  const origin: number[] = [];
  for (const cell of cells) {
    const source = cell['source'] ?? cell['input'];
    if (cell['cell_type']?.value !== 'code' || !source) continue;
    const from = characters.length;
    for (const line of source.type === 'array' ? (source.children ?? []) : [source]) {
      if (line.type === 'string') unescape(body, line, characters, origin);
    }
    if (isOtherLanguage(characters, from)) for (let i = from; i < characters.length; i++) blank(characters, i);
    // Cells end where the file has the end of their source; a cell never runs into the next.
    const end = source.offset + source.length;
    characters.push('\n');
    origin.push(end);
  }
  origin.push(text.length);
  return { kind: 'python', text: withoutMagics(characters.join('')), origin: Uint32Array.from(origin) };
}

type Cell = Readonly<Record<string, Node>>;

function cellsOf(tree: Node): Cell[] | null {
  const top = members(tree);
  const sheets = top['worksheets']?.children ?? [];
  const lists = [top['cells'], ...sheets.map((sheet) => members(sheet)['cells'])];
  const arrays = lists.filter((list) => list?.type === 'array');
  return arrays.length === 0 ? null : arrays.flatMap((list) => (list?.children ?? []).map(members));
}

function members(node: Node): Cell {
  const found: Record<string, Node> = {};
  for (const property of node.type === 'object' ? (node.children ?? []) : []) {
    const [key, value] = property.children ?? [];
    if (key && value) found[String(key.value)] = value;
  }
  return found;
}

/** Appends the characters of a JSON string, each with the offset where it is written. */
function unescape(text: string, node: Node, characters: string[], origin: number[]): void {
  const end = node.offset + node.length - 1;
  for (let at = node.offset + 1; at < end;) {
    const length = text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2;
    const written = text.slice(at, at + length);
    characters.push(length === 1 ? written : escaped(written));
    origin.push(at);
    at += length;
  }
}

function escaped(written: string): string {
  if (written[1] === 'u') return String.fromCharCode(Number.parseInt(written.slice(2), 16) || 0xfffd);
  return { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }[written[1] ?? ''] ?? written[1] ?? '';
}

/** A cell that begins with `%%` is another language's, unless it only times Python. */
function isOtherLanguage(characters: readonly string[], from: number): boolean {
  const start = characters
    .slice(from, from + 40)
    .join('')
    .trimStart();
  return start.startsWith('%%') && !/^%%(time|timeit|capture|prun|debug)\b/.test(start);
}

function blank(characters: string[], at: number): void {
  if (characters[at] !== '\n') characters[at] = ' ';
}

function tooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '\\' && inString) i++;
    else if (character === '"') inString = !inString;
    else if (!inString && (character === '[' || character === '{')) depth++;
    else if (!inString && (character === ']' || character === '}')) depth--;
    if (depth > deepest) return true;
  }
  return false;
}
