/** What the text analysis says about a place in a file: the form of `dropscope check --json` (docs/contracts.md 2). */

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** A change that removes the finding: the text from offset `from` up to `to` becomes `text`. */
export interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface Fix {
  /** What the change does, as the name of a quick fix. */
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** A finding inside one text, by offsets. */
export interface Problem {
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly fix?: Fix;
}

/** A finding of a rule, located; lines and columns count from 1, the end is exclusive. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly fix?: Fix;
}
