/**
 * Counts what views are waiting for, so that scripts and tests can wait until everything on the screen is current
 * instead of guessing a pause.
 */
import * as vscode from 'vscode';

export class Activity implements vscode.Disposable {
  readonly #settled = new vscode.EventEmitter<void>();
  #holds = 0;

  /** Fires when nothing is awaited any more. */
  readonly onDidSettle = this.#settled.event;

  get idle(): boolean {
    return this.#holds === 0;
  }

  /** Counts as waiting until the returned object is disposed. */
  hold(): vscode.Disposable {
    this.#holds++;
    let held = true;
    return {
      dispose: () => {
        if (!held) return;
        held = false;
        this.#holds--;
        if (this.#holds === 0) this.#settled.fire();
      },
    };
  }

  /** Counts as waiting until the promise settles. */
  async track<T>(work: Promise<T>): Promise<T> {
    const hold = this.hold();
    try {
      return await work;
    } finally {
      hold.dispose();
    }
  }

  dispose(): void {
    this.#settled.dispose();
  }
}
