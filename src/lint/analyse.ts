/** The text analysis from outside: a document in, its findings out. Pure, synchronous, never throws on broken code. */
import { configFindings } from './configFindings.ts';
import type { Finding, Fix, Problem } from '../shared/finding.ts';
import { mentionsDropout } from '../shared/knownNames.ts';
import { lineMap } from './lineMap.ts';
import { type LintFile, readLintFile } from './python/lintFile.ts';
import { type ParsedPython, parsePython } from './python/parsePython.ts';
import type { Rule } from './rules/rule.ts';
import { rules } from './rules/rules.ts';
import type { PythonSource } from './source.ts';
import { type SourceDocument, sourceOf } from './sourceDocument.ts';

/** A document that was read: what findings, hovers, lenses and hints are made from. */
export interface ReadDocument {
  readonly document: SourceDocument;
  readonly source: PythonSource;
  readonly parsed: ParsedPython;
  readonly file: LintFile;
}

/**
 * Reads a document's Python, reusing an earlier state of the same document; null when there is nothing in it to look at
 * (no Python, or none of the known names: then nothing was parsed).
 */
export function readDocument(document: SourceDocument, previous?: ReadDocument): ReadDocument | null {
  const source = sourceOf(document);
  if (source.kind !== 'python' || !mentionsDropout(source.text)) return null;
  const parsed = parsePython(source.text, previous?.parsed);
  return { document, source, parsed, file: readLintFile(parsed) };
}

/** Every finding of a document, in the order of the text. */
export function analyse(document: SourceDocument, read: ReadDocument | null = readDocument(document)): Finding[] {
  if (sourceOf(document).kind === 'config') return configFindings(document);
  if (!read) return [];
  const place = lineMap(document.text);
  const found = rules.flatMap((rule) =>
    [...(rule.check?.(read.file) ?? [])].map((problem) => ({ rule, ...toFile(problem, read.source) })),
  );
  const findings = found
    .sort((a, b) => a.from - b.from || a.to - b.to)
    .map((problem) => located(document.file, problem.rule, problem, place));
  const seen = new Set<string>();
  return findings.filter(({ line, column, code }) => {
    const key = `${line}:${column}:${code}`;
    return !seen.has(key) && seen.add(key);
  });
}

function located(file: string, rule: Rule, problem: Problem, place: ReturnType<typeof lineMap>): Finding {
  const [from, to] = [place(problem.from), place(Math.max(problem.to, problem.from + 1))];
  const { message, fix } = problem;
  const where = { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  return { file, ...where, code: rule.code, severity: rule.severity, message, ...(fix ? { fix } : {}) };
}

/** Offsets in the joined cells of a notebook become offsets in its file; its fixes are left to the editor's cells. */
function toFile(problem: Problem, source: PythonSource): Problem {
  const { origin } = source;
  if (!origin) return problem;
  const at = (offset: number) => origin[offset] ?? 0;
  const last = Math.max(problem.from, problem.to - 1);
  const edits = problem.fix?.edits.map(({ from, to, text }) => ({
    from: at(from),
    to: from === to ? at(from) : at(to - 1) + 1,
    text: JSON.stringify(text).slice(1, -1),
  }));
  const fix: Fix | undefined = problem.fix && edits ? { title: problem.fix.title, edits } : undefined;
  return { from: at(problem.from), to: at(last) + 1, message: problem.message, ...(fix ? { fix } : {}) };
}
