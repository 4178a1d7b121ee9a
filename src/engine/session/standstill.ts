/** Where a run waits while it is paused, and where those wait who asked it to stand. */

export class Standstill {
  #wake: (() => void) | null = null;
  #waiting: (() => void)[] = [];
  #standing = false;

  /** Whether the run waits here now. */
  get standing(): boolean {
    return this.#standing;
  }

  /** The run waits until `mayGo`, which is looked at now and whenever it is woken. */
  async until(mayGo: () => boolean): Promise<void> {
    this.tell();
    this.#standing = true;
    while (!mayGo()) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#standing = false;
    this.#wake = null;
  }

  wake(): void {
    this.#wake?.();
  }

  /** Resolves when the run stands, or is told of. */
  reached(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Whoever waits for the run to stand need not any longer. */
  tell(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
