/** The PyTorch side of a comparison: a Python process that takes the same weights and masks, and times its own steps. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { BadInput } from '../../shared/failureCodes.ts';

export interface TorchPlace {
  /** A Python that has torch. */
  readonly python: string;
  readonly script: string;
}

export interface TorchReady {
  readonly version: string;
  readonly threads: number;
}

export class TorchSide {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  /** Resolves when it has ended and all that it wrote is here. */
  readonly #closed: Promise<unknown>;
  #complaints = '';

  private constructor(python: string, script: string) {
    this.#process = spawn(python, [script], { stdio: 'pipe' });
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-2000);
    });
    this.#closed = new Promise((resolve) => this.#process.once('close', resolve));
    this.#process.stdin.on('error', () => undefined); // told by the missing answer
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Starts it with the model's sizes. Throws a sentence when that Python has no torch. */
  static async start({ python, script }: TorchPlace, setup: object): Promise<{ side: TorchSide; ready: TorchReady }> {
    const side = new TorchSide(python, script);
    const failed = once(side.#process, 'error').then((args: unknown[]) => {
      const error = args[0] as Error;
      throw new BadInput(
        `--against-torch: ${python} cannot be started: ${error.message} (give a Python that has torch)`,
      );
    });
    failed.catch(() => undefined);
    const ready = await Promise.race([side.ask<TorchReady>({ command: 'setup', ...setup }), failed]);
    return { side, ready };
  }

  /** One question, one answer. */
  async ask<Answer>(question: { command: string }): Promise<Answer> {
    this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    const line = await this.#lines.next();
    if (line.done !== true) return JSON.parse(line.value) as Answer;
    await this.#closed; // the reason may come after the end of its answers
    const reason = this.#complaints.trim().split('\n').at(-1) ?? '';
    throw new BadInput(
      `--against-torch: Python ended: ${reason || 'it gave no reason'} (give a Python that has torch)`,
    );
  }

  end(): void {
    this.#process.kill();
  }
}
