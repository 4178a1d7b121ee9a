// What the tests in the extension host tell the process outside.
export interface HostReport {
  /** False while tests are still to come: a host that dies leaves it so. */
  finished: boolean;
  readonly passed: string[];
  readonly skipped: { readonly name: string; readonly reason: string }[];
  readonly failed: { readonly name: string; readonly message: string }[];
  /** Sentences with numbers, printed whatever the outcome. */
  readonly measurements: string[];
}
