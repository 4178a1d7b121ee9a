/** Findings of a dropscope.json: what src/lint/configFile.ts says, under the codes and severities of the rules. */
import { type ConfigFinding, readConfigText } from './configFile.ts';
import { classifier, languageModel } from './knowledge/references.ts';
import type { Finding, Fix } from '../shared/finding.ts';
import { lineMap } from './lineMap.ts';
import { rules } from './rules/rules.ts';
import { permuted } from './rules/swappedValues.ts';
import type { SourceDocument } from './sourceDocument.ts';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';

const codes: Readonly<Partial<Record<ConfigFinding['rule'], string>>> = {
  'unknown-key': 'unknown-config-key',
  'p-out-of-range': 'p-out-of-range',
  'p-is-a-list': 'p-list',
  'p-is-one': 'p-one',
  'drop-mult-too-large': 'drop-mult-past-one',
  'odd-size-with-bidir': 'odd-size-bidir',
  'unknown-weight-name': 'unknown-weight-name',
};

export function configFindings({ file, text }: SourceDocument): Finding[] {
  const { problems, config } = readConfigText(text);
  const found = problems.map((problem): Finding => {
    const { rule, message, line, column, endLine, endColumn, meant } = problem;
    const code = codes[rule] ?? 'invalid-config';
    const fix = meant === undefined ? {} : { fix: renaming(text, problem, meant) };
    return { file, line, column, endLine, endColumn, code, severity: severityOf(code), message, ...fix };
  });
  return config ? [...found, ...swapped({ file, text }, config)] : found;
}

/** Writes the key that was meant; a key stands on one line. */
function renaming(text: string, { line, column, endColumn }: ConfigFinding, meant: string): Fix {
  const start = offsetOfLine(text, line);
  const edit = { from: start + column - 1, to: start + endColumn - 1, text: JSON.stringify(meant) };
  return { title: `Change to ${meant}`, edits: [edit] };
}

/** Lines count from 1 and end as in configFile.ts. */
function offsetOfLine(text: string, line: number): number {
  const ends = [...text.matchAll(/\r\n|\r|\n/g)].map((end) => end.index + end[0].length);
  return line === 1 ? 0 : (ends[line - 2] ?? text.length);
}

/** Values in each other's place, among those that the file itself gives. */
function swapped(
  { file, text }: SourceDocument,
  config: NonNullable<ReturnType<typeof readConfigText>['config']>,
): Finding[] {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  const reference = config.task === 'classifier' ? classifier : languageModel;
  const given = new Map<string, number>();
  for (const key of Object.keys(reference.values)) {
    const value: unknown = tree && findNodeAtLocation(tree, [key])?.value;
    if (typeof value === 'number') given.set(key, value);
  }
  const wrong = permuted(given, reference.values);
  const node = tree && wrong[0] !== undefined ? findNodeAtLocation(tree, [wrong[0]]) : undefined;
  if (!node) return [];
  const place = lineMap(text);
  const [from, to] = [place(node.offset), place(node.offset + node.length)];
  const right = wrong.map((key) => `${key} ${reference.values[key]}`).join(', ');
  const message = `${wrong.join(' and ')} look swapped: ${reference.title} has ${right}`;
  const code = 'swapped-values';
  return [{ file, ...from, endLine: to.line, endColumn: to.column, code, severity: severityOf(code), message }];
}

function severityOf(code: string): Finding['severity'] {
  return rules.find((rule) => rule.code === code)?.severity ?? 'error';
}
