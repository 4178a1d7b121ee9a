/**
 * The text of a dropscope.json (comments and trailing commas allowed) to a resolved config and to problems with their
 * place in the text. Pure: the editor's hints, the command line and the engine all read config files through this.
 */
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { validateConfig } from '../shared/config.ts';
import type { ConfigProblem, ConfigRule } from '../shared/configProblem.ts';
import type { Config } from '../shared/hyperparameters.ts';

/** A problem and where it stands; lines and columns count from 1, the end is exclusive. */
export interface ConfigFinding {
  readonly rule: ConfigRule | 'not-json' | 'repeated-key';
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** The key it is about, dotted; empty for the file as a whole. */
  readonly key: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The key that was probably meant by an unknown one. */
  readonly meant?: string;
}

export interface ConfigFile {
  readonly problems: readonly ConfigFinding[];
  /** What the file says, before defaults; absent when it is not JSON. */
  readonly given?: unknown;
  /** The resolved config; absent when a problem is an error. */
  readonly config?: Config;
}

/** Reads the text of a config file. Flags are laid over `given` with resolveConfig. */
export function readConfigText(text: string): ConfigFile {
  // Offsets stay right when the mark is blanked out instead of removed.
  const body = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  const place = placesIn(body);
  const notJson = (why: string, offset: number, length?: number): ConfigFile => {
    const message = `not JSON: ${why}; a config is an object like {"emb_sz": 64}`;
    return { problems: [{ rule: 'not-json', severity: 'error', message, key: '', ...span(place, offset, length) }] };
  };
  if (body.trim() === '') return notJson('the file is empty', 0);
  if (nesting(body) > deepest) return notJson(`more than ${deepest} brackets inside each other`, 0);
  const errors: ParseError[] = [];
  const tree = parseTree(body, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined) {
    return notJson(`${wordsFor(first)} on line ${place(first.offset).line}`, first.offset, first.length);
  }
  if (tree === undefined) return notJson('there are only comments', 0);
  const given: unknown = getNodeValue(tree);
  const { problems: found, config } = validateConfig(given);
  const repeated = repeatedKeys(tree).map((node): ConfigFinding => {
    const key = String(node.value);
    const message = `${key} is written twice in one object; keep one of the two`;
    return { rule: 'repeated-key', severity: 'error', message, key, ...span(place, node.offset, node.length) };
  });
  const problems = [...repeated, ...found.map((problem) => locate(problem, tree, place))];
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { problems, given, ...(config === undefined || repeated.length > 0 ? {} : { config }) };
}

/** A config nests three deep; the parser is recursive and a hostile text must not overflow its stack. */
const deepest = 100;

/** At least the depth of the text: brackets inside texts and comments count too, which hurts no real config. */
function nesting(text: string): number {
  let [depth, most] = [0, 0];
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    most = Math.max(most, depth);
  }
  return most;
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** Offset to line and column, both from 1. */
function placesIn(text: string): (offset: number) => Position {
  const starts = [0];
  for (const newline of text.matchAll(/\r\n|\r|\n/g)) starts.push(newline.index + newline[0].length);
  return (offset) => {
    const after = starts.findIndex((start) => start > offset);
    const line = after === -1 ? starts.length : after;
    return { line, column: offset - starts[line - 1]! + 1 };
  };
}

function span(place: (offset: number) => Position, offset: number, length = 1) {
  const from = place(offset);
  const to = place(offset + Math.max(1, length));
  return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

/** Unknown keys are marked at the key, everything else at the value; what stands nowhere, at the file's first brace. */
function locate(problem: ConfigProblem, tree: Node, place: (offset: number) => Position): ConfigFinding {
  const { rule, severity, message, path, meant } = problem;
  const value = path.length === 0 ? undefined : findNodeAtLocation(tree, [...path]);
  const key = value?.parent?.type === 'property' ? value.parent.children?.[0] : undefined;
  const node = (rule === 'unknown-key' ? key : undefined) ?? value;
  const where = node === undefined ? span(place, tree.offset) : span(place, node.offset, node.length);
  return { rule, severity, message, key: path.join('.'), ...where, ...(meant === undefined ? {} : { meant }) };
}

/** The later ones of keys that one object has more than once: JSON silently takes the last. */
function repeatedKeys(node: Node): Node[] {
  const found: Node[] = [];
  const seen = new Set<unknown>();
  for (const child of node.children ?? []) {
    const key = child.type === 'property' ? child.children?.[0] : undefined;
    if (key !== undefined && seen.has(key.value)) found.push(key);
    seen.add(key?.value);
    found.push(...repeatedKeys(child));
  }
  return found;
}

/** jsonc-parser names its errors in CamelCase; people read words. */
function wordsFor({ error }: ParseError): string {
  return printParseErrorCode(error)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
