/**
 * One typed way to speak over both boundaries (engine process, inspector page). It dresses a vscode-jsonrpc
 * connection with a contract's types and closes its known hole: when the peer is gone, what is pending must reject.
 */

/** The part of a vscode-jsonrpc MessageConnection that is used, so that this file imports nothing. */
export interface RawConnection {
  sendRequest(method: string, params: unknown, token?: unknown): Promise<unknown>;
  sendNotification(method: string, params: unknown): Promise<void>;
  onRequest(method: string, handler: (params: never, token: CancellationLike) => unknown): { dispose(): void };
  onNotification(method: string, handler: (params: never) => void): { dispose(): void };
  onClose(listener: () => void): { dispose(): void };
  listen(): void;
  dispose(): void;
}

export interface CancellationLike {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): { dispose(): void };
}

/** A contract maps each method to [parameters, result]. */
type Requests<R> = { [M in keyof R]: [unknown, unknown] };

/** The side that asks. */
export interface Client<R extends Requests<R>, N> {
  request<M extends keyof R & string>(method: M, params: R[M][0], token?: CancellationLike): Promise<R[M][1]>;
  on<M extends keyof N & string>(method: M, listener: (params: N[M]) => void): { dispose(): void };
  onClose(listener: () => void): { dispose(): void };
  dispose(): void;
}

/** The side that answers. */
export interface Server<N> {
  notify<M extends keyof N & string>(method: M, params: N[M]): void;
  onClose(listener: () => void): { dispose(): void };
  dispose(): void;
}

export type Handlers<R extends Requests<R>> = {
  [M in keyof R]: (params: R[M][0], token: CancellationLike) => R[M][1] | Promise<R[M][1]>;
};

export class Disconnected extends Error {
  constructor() {
    super('the other side is gone');
    this.name = 'Disconnected';
  }
}

/** Dresses and starts a connection as the asking side. Requests reject with {@link Disconnected} once the peer is gone. */
export function createClient<R extends Requests<R>, N>(raw: RawConnection): Client<R, N> {
  let closed = false;
  const pending = new Set<(reason: Error) => void>();
  const close = () => {
    if (closed) return;
    closed = true;
    for (const reject of pending) reject(new Disconnected());
    pending.clear();
    raw.dispose();
  };
  raw.onClose(close);
  raw.listen();
  return {
    request: (method, params, token) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Disconnected());
        pending.add(reject);
        // Without a token nothing may stand in its place: it would be sent as a second parameter.
        (token === undefined ? raw.sendRequest(method, params) : raw.sendRequest(method, params, token))
          .then(resolve, (error: unknown) => reject(closed ? new Disconnected() : asError(method, error)))
          .finally(() => pending.delete(reject));
      }),
    on: (method, listener) => raw.onNotification(method, listener),
    onClose: (listener) => raw.onClose(listener),
    dispose: close,
  };
}

/** Dresses and starts a connection as the answering side. Handlers' errors reach the caller as their message. */
export function createServer<R extends Requests<R>, N>(raw: RawConnection, handlers: Handlers<R>): Server<N> {
  let closed = false;
  for (const method of Object.keys(handlers) as (keyof R & string)[]) {
    raw.onRequest(method, (params: R[typeof method][0], token: CancellationLike) => handlers[method](params, token));
  }
  raw.onClose(() => {
    closed = true;
  });
  raw.listen();
  return {
    notify: (method, params) => {
      // A peer that has just gone takes its notifications with it; its requests are what must not be lost.
      if (!closed) raw.sendNotification(method, params).catch(() => undefined);
    },
    onClose: (listener) => raw.onClose(listener),
    dispose: () => {
      closed = true;
      raw.dispose();
    },
  };
}

/** vscode-jsonrpc puts words of its own before a handler's message; callers get the handler's sentence. */
function asError(method: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const prefix = `Request ${method} failed with message: `;
  if (error.message.startsWith(prefix)) error.message = error.message.slice(prefix.length);
  return error;
}
