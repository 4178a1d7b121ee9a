/**
 * Entry of the engine process: serves the engine contract over IPC to whoever forked it, and leaves with it. A
 * checkpoint is complete or absent, so training is left where it is; a run that has ended is written to its end first.
 */
import { setImmediate, setTimeout } from 'node:timers/promises';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import packageJson from '../../package.json' with { type: 'json' };
import { LEAVE_MS, type EngineNotifications, type EngineRequests } from '../shared/engineContract.ts';
import { createServer, type CancellationLike, type Handlers, type RawConnection, type Server } from '../shared/rpc.ts';
import { EngineSession } from './session/engineSession.ts';
import { failureOf } from './session/failureOf.ts';
import { watchParent } from './session/parentWatch.ts';

function main(): void {
  if (process.send === undefined) {
    process.stderr.write('dropscope engine: it is started by the editor or the command line, not by hand\n');
    process.exit(2);
  }
  // Ctrl-C in a terminal goes to the whole group; what it means is for the command line to say.
  process.on('SIGINT', () => undefined);
  watchParent();
  const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
  const session = new EngineSession((method, params) => server.notify(method, params), packageJson.version);
  const server: Server<EngineNotifications> = createServer(
    connection as unknown as RawConnection,
    inWords(session.handlers()),
  );
  process.once('disconnect', () => void leave(session));
}

/** Within a bounded time, whatever is left to be done. */
async function leave(session: EngineSession): Promise<never> {
  // What was asked just before is heard: twice, as the first lets messages in and the second lets handlers begin.
  await setImmediate();
  await setImmediate();
  await Promise.race([session.leave(), setTimeout(LEAVE_MS)]);
  process.exit(0);
}

/** Handlers whose errors carry their sentence and their code. */
function inWords(handlers: Handlers<EngineRequests>): Handlers<EngineRequests> {
  const wrapped = Object.entries(handlers).map(([method, handler]) => {
    const answer = handler as (params: unknown, token: CancellationLike) => unknown;
    return [
      method,
      async (params: unknown, token: CancellationLike) => {
        try {
          return await answer(params, token);
        } catch (error) {
          if (process.env['DROPSCOPE_DEBUG'] === '1' && error instanceof Error)
            process.stderr.write(`${error.stack}\n`);
          throw failureOf(error);
        }
      },
    ];
  });
  return Object.fromEntries(wrapped) as Handlers<EngineRequests>;
}

main();
