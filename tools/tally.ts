// Counts what passed, failed and was skipped in one run of all tests, and makes its closing lines.
export interface Skip {
  readonly name: string;
  readonly reason: string;
}

export class Tally {
  passed = 0;
  readonly failures: string[] = [];
  readonly skips: Skip[] = [];

  pass(): void {
    this.passed++;
  }

  fail(name: string): void {
    this.failures.push(name);
  }

  skip(name: string, reason: string): void {
    this.skips.push({ name, reason });
  }

  /** Every skip with its reason, every failure, and last the one plain line of counts. */
  summary(): string {
    const lines = [
      ...this.skips.map(({ name, reason }) => `skipped: ${name} (${reason})`),
      ...this.failures.map((name) => `failed: ${name}`),
    ];
    const counts = [`${String(this.passed)} passed`, `${String(this.failures.length)} failed`];
    if (this.skips.length > 0) counts.push(`${String(this.skips.length)} skipped`);
    return [...lines, counts.join(', ')].join('\n');
  }
}
