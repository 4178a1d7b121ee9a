/**
 * What the commands share that ask the engine one question: an engine process of their own, its answer or its refusal
 * with the right exit status, and nothing left running.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { EngineRequests } from '../shared/engineContract.ts';
import { failureStatus } from '../shared/failureCodes.ts';
import { Disconnected } from '../shared/rpc.ts';
import { sentenceOf } from '../shared/sentenceOf.ts';
import { EngineSupervisor } from '../supervisor/engineSupervisor.ts';
import { NEVER } from '../supervisor/restartPolicy.ts';
import { Failure } from './failure.ts';

/**
 * Asks an engine that lives for this one question; `said` hears what it has to say meanwhile. Throws a {@link Failure} with
 * the engine's sentence.
 */
export async function askEngine<M extends keyof EngineRequests>(
  method: M,
  request: EngineRequests[M][0],
  said: (message: string) => void = () => undefined,
): Promise<EngineRequests[M][1]> {
  const supervisor = new EngineSupervisor({
    entry: engineEntry(),
    // What a job has to say comes with its answer; what libraries write to the engine's stderr is for debugging.
    log: ({ message }) => {
      if (process.env['DROPSCOPE_DEBUG'] === '1') process.stderr.write(`${message}\n`);
    },
    restarts: NEVER,
    // One pass of a large model may compute for minutes without a sign of life; whoever waits can end it with Ctrl-C.
    graceMs: Infinity,
  });
  const exit = new Promise<string>((resolve) => supervisor.onDidExit(({ sentence }) => resolve(sentence)));
  supervisor.on('log', ({ message }) => said(message));
  try {
    return await supervisor.request(method, request);
  } catch (error) {
    throw error instanceof Disconnected ? new Failure(1, `engine: ${await exit}`) : asFailure(error);
  } finally {
    supervisor.dispose();
  }
}

/** The engine's sentence, with the exit status that its kind of failure has. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const message = sentenceOf(error);
  return new Failure(failureStatus(error), message, { cause: error });
}

/** dist/engine.cjs beside dist/cli.cjs. */
export function engineEntry(): string {
  const entry = path.join(import.meta.dirname, 'engine.cjs');
  if (!existsSync(entry)) throw new Failure(1, `engine: ${entry} is missing (run npm run build)`);
  return entry;
}
