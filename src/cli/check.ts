/** `dropscope check`: the editor's findings about code and configs, on the command line, for CI and pre-commit. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { analyse } from '../lint/analyse.ts';
import type { Finding, Severity } from '../shared/finding.ts';
import { rules } from '../lint/rules/rules.ts';
import { sourceOf } from '../lint/sourceDocument.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { readArguments } from './arguments.ts';
import { unusable } from './failure.ts';

const formats: Readonly<Record<string, (findings: readonly Finding[]) => string>> = {
  text: textOf,
  json: jsonOf,
  sarif: sarifOf,
};

export const checkHelp = `dropscope check: find the known mistakes with dropout

Usage: dropscope check FILE... [--format text|json|sarif] [--json]

  FILE           Python (.py), notebooks (.ipynb), configs (dropscope.json)
  --format F     text (default), json (an array of findings) or sarif (2.1.0)
  --json         the same as --format json

Exit status: 0 nothing found, 1 findings, 2 a file that cannot be read.
`;

/** Exit status 0 without findings, 1 with any. Every file is read before anything is written. */
export function checkCommand(args: readonly string[]): Promise<number> {
  const given = readArguments('check', args, { format: 'string', json: 'boolean' });
  if (given.positionals.length === 0) throw unusable('check: no files (name Python files, notebooks or configs)');
  const name = given.text('format') ?? (given.has('json') ? 'json' : 'text');
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (!format) throw unusable(`--format: "${name}" is no format (text, json or sarif)`);
  if (name !== 'json' && given.has('json'))
    throw unusable(`--json: it contradicts --format ${name} (give one of them)`);
  const documents = given.positionals.map((file) => ({ file, text: readText(file) }));
  for (const document of documents) {
    const source = sourceOf(document);
    if (source.kind === 'unreadable')
      throw unusable(`${document.file}: ${source.why} (name Python files, notebooks or configs)`);
  }
  const findings = documents.flatMap((document) => analyse(document));
  process.stdout.write(format(findings));
  return Promise.resolve(findings.length > 0 ? 1 : 0);
}

function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw unusable(`${file}: ${reasons[String(code)] ?? 'it cannot be read (is it an ordinary file?)'}`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file (check the name)',
  EISDIR: 'a folder, not a file (name the files in it)',
  EACCES: 'no permission to read it (check its rights)',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'not UTF-8 text (save it as UTF-8)',
};

function textOf(findings: readonly Finding[]): string {
  const lines = findings.map(
    ({ file, line, column, severity, code, message }) => `${file}:${line}:${column}: ${severity}: ${message} [${code}]`,
  );
  return lines.map((line) => `${line}\n`).join('');
}

/** What fixes change is the editor's business; scripts get their titles. */
function jsonOf(findings: readonly Finding[]): string {
  const plain = findings.map(({ fix, ...finding }) => ({ ...finding, ...(fix ? { fix: fix.title } : {}) }));
  return `${JSON.stringify(plain, null, 2)}\n`;
}

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note', hint: 'note' };

/** SARIF 2.1.0, as code scanning services read it. */
function sarifOf(findings: readonly Finding[]): string {
  const results = findings.map(({ file, line, column, endLine, endColumn, code, severity, message }) => ({
    ruleId: code,
    ruleIndex: rules.findIndex((rule) => rule.code === code),
    level: levels[severity],
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          region: { startLine: line, startColumn: column, endLine, endColumn },
        },
      },
    ],
  }));
  const driver = {
    name: 'dropscope',
    version: packageJson.version,
    informationUri: packageJson.repository.url.replace(/\.git$/, ''),
    rules: rules.map(({ code, summary, severity }) => ({
      id: code,
      shortDescription: { text: summary },
      helpUri: `${packageJson.repository.url.replace(/\.git$/, '')}/blob/main/docs/rules/${code}.md`,
      defaultConfiguration: { level: levels[severity] },
    })),
  };
  const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results };
  const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
  return `${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

/** Relative paths stay relative to the folder the check ran in; absolute ones become file URIs. */
function uriOf(file: string): string {
  if (path.isAbsolute(file)) return pathToFileURL(file).href;
  return file.split(path.sep).map(encodeURIComponent).join('/');
}
