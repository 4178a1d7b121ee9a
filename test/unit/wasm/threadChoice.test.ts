// When kernels are shared by threads: always on a quiet machine but for one comparison, mostly not where sharing is slow.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ThreadChoice } from '../../../src/engine/wasm/threadChoice.ts';

/** How many of `calls` calls are shared when each takes so long; the machine's state may depend on the call. */
function sharedCalls(calls: number, alone: number, shared: (call: number) => number): number {
  const choice = new ThreadChoice();
  let count = 0;
  for (let call = 0; call < calls; call++) {
    const shares = choice.shares('product');
    if (shares) count++;
    choice.took('product', shares, shares ? shared(call) : alone);
  }
  return count;
}

test('where sharing pays, all calls but the one to compare with are shared', () => {
  assert.equal(
    sharedCalls(1000, 10, () => 5),
    999,
  );
});

test('where sharing is slower, nearly all calls are done alone', () => {
  const count = sharedCalls(1000, 10, () => 80);
  assert.ok(count >= 10 && count <= 50, `${count} shared`);
});

test('a machine that becomes quiet again is noticed', () => {
  const count = sharedCalls(1000, 10, (call) => (call < 500 ? 80 : 5));
  assert.ok(count > 440, `${count} shared`);
});

test('kinds of calls are judged one by one', () => {
  const choice = new ThreadChoice();
  for (let call = 0; call < 20; call++) choice.took('slow', choice.shares('slow'), call === 3 ? 1 : 50);
  assert.equal(choice.shares('slow'), false);
  assert.equal(choice.shares('other'), true);
});
