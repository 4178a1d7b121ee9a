/** What a rule is: a code, how bad its findings are, and how they are found in Python code. */
import type { Problem, Severity } from '../../shared/finding.ts';
import type { LintFile } from '../python/lintFile.ts';
import type { Node } from '../python/syntax.ts';

export interface Rule {
  /** Also the name of its setting (dropscope.lint.CODE) and of its page (docs/rules/CODE.md). */
  readonly code: string;
  /** The default; a setting can change it. */
  readonly severity: Severity;
  /** One line for tables. */
  readonly summary: string;
  /** Absent for rules about config files alone, which src/lint/configFile.ts finds. */
  readonly check?: (file: LintFile) => Iterable<Problem>;
}

/** A problem that covers a node. */
export function problemAt(node: Node, message: string, fix?: Problem['fix']): Problem {
  return { from: node.from, to: node.to, message, ...(fix ? { fix } : {}) };
}

/** A fix that replaces a node. */
export function replace(node: Node, text: string, title: string): NonNullable<Problem['fix']> {
  return { title, edits: [{ from: node.from, to: node.to, text }] };
}
