// The page's frame: a policy without holes, a nonce nobody guesses, and typed arrays that travel alone.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createNonce, webviewHtml } from '../../../src/host/webviewHtml.ts';
import { copyViews } from '../../../src/host/webviewTransport.ts';

const html = webviewHtml(
  {
    cspSource: 'https://*.csp',
    script: 'https://x/inspector.js?a=1&b="2"',
    styles: ['https://x/inspector.css'],
    icons: 'https://x/codicon.css',
    language: 'en',
    title: 'Dropscope',
  },
  'NONCE',
);

describe('webviewHtml', () => {
  it('has the strict policy, and nothing unsafe in it', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
    assert.equal(
      policy,
      "default-src 'none'; img-src https://*.csp data:; font-src https://*.csp; style-src https://*.csp; script-src 'nonce-NONCE'",
    );
  });

  it('loads one script, with the nonce, and escapes addresses', () => {
    assert.deepEqual(html.match(/<script[^>]*>/g), [
      '<script nonce="NONCE" src="https://x/inspector.js?a=1&amp;b=&quot;2&quot;">',
    ]);
  });

  it('makes a new nonce of 128 bits each time', () => {
    const nonces = new Set(Array.from({ length: 100 }, () => createNonce()));
    assert.equal(nonces.size, 100);
    for (const nonce of nonces) assert.match(nonce, /^[\w-]{22}$/);
  });
});

describe('copyViews', () => {
  it('copies views and leaves arrays that own their buffer', () => {
    const own = Float32Array.of(1, NaN, 3);
    const view = own.subarray(1);
    const copied = copyViews({ deep: [{ own, view }], text: 'a', nothing: null }) as {
      deep: [{ own: Float32Array; view: Float32Array }];
      text: string;
      nothing: null;
    };
    assert.equal(copied.deep[0].own, own);
    assert.deepEqual([...copied.deep[0].view], [NaN, 3]);
    assert.equal(copied.deep[0].view.buffer.byteLength, 8);
    assert.deepEqual([copied.text, copied.nothing], ['a', null]);
  });
});
