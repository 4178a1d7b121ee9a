import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import {
  CancellationTokenSource,
  createMessageConnection,
  PortMessageReader,
  PortMessageWriter,
} from 'vscode-jsonrpc/node';
import {
  createClient,
  createServer,
  Disconnected,
  type Handlers,
  type RawConnection,
} from '../../../src/shared/rpc.ts';

interface Requests {
  twice: [{ x: number }, number];
  nothing: [null, null];
  array: [{ n: number }, Float32Array];
  refuse: [null, null];
  wait: [null, string];
}
interface Notifications {
  news: { values: Float32Array };
}

function pair(handlers: Partial<Handlers<Requests>>) {
  const { port1, port2 } = new MessageChannel();
  const raw = (port: typeof port1) =>
    createMessageConnection(new PortMessageReader(port), new PortMessageWriter(port)) as unknown as RawConnection;
  const server = createServer<Requests, Notifications>(raw(port1), handlers as Handlers<Requests>);
  const client = createClient<Requests, Notifications>(raw(port2));
  return { client, server, port1, close: () => (client.dispose(), server.dispose(), port1.close()) };
}

test('a request reaches its handler with its parameters and a token, with or without a token given', async () => {
  const { client, close } = pair({
    twice: ({ x }, token) => {
      assert.equal(token.isCancellationRequested, false);
      return 2 * x;
    },
    nothing: (params, token) => {
      assert.equal(params, null);
      assert.equal(token.isCancellationRequested, false);
      return null;
    },
  });
  assert.equal(await client.request('twice', { x: 21 }), 42);
  assert.equal(await client.request('twice', { x: 4 }, new CancellationTokenSource().token), 8);
  assert.equal(await client.request('nothing', null), null);
  close();
});

test('typed arrays cross with NaN intact, in answers and in notifications', async () => {
  const { client, server, close } = pair({ array: ({ n }) => new Float32Array(n).fill(NaN) });
  const answer = await client.request('array', { n: 3 });
  assert.deepEqual([...answer], [NaN, NaN, NaN]);
  const news = new Promise<Float32Array>((resolve) => client.on('news', ({ values }) => resolve(values)));
  server.notify('news', { values: Float32Array.of(Infinity) });
  assert.deepEqual([...(await news)], [Infinity]);
  close();
});

test("a handler's sentence reaches the caller word for word", async () => {
  const { client, close } = pair({
    refuse: () => {
      throw new Error('corpus a.txt: it is empty (give a file with text)');
    },
  });
  await assert.rejects(client.request('refuse', null), {
    message: 'corpus a.txt: it is empty (give a file with text)',
  });
  close();
});

test('cancelling reaches the handler', async () => {
  const { client, close } = pair({
    wait: (_, token) => new Promise((resolve) => token.onCancellationRequested(() => resolve('cancelled'))),
  });
  const source = new CancellationTokenSource();
  const answer = client.request('wait', null, source.token);
  setImmediate(() => source.cancel());
  assert.equal(await answer, 'cancelled');
  close();
});

test('what is pending when the peer goes is rejected, and so is what comes later', async () => {
  const { client, port1 } = pair({ wait: () => new Promise<string>(() => undefined) });
  const pending = client.request('wait', null);
  setImmediate(() => port1.close());
  await assert.rejects(pending, Disconnected);
  await assert.rejects(client.request('wait', null), Disconnected);
});
