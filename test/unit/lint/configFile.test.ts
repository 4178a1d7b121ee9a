/** Config files as text: comments, places of problems, and text that is no JSON. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readConfigText } from '../../../src/lint/configFile.ts';

test('comments, trailing commas and a byte order mark are read over', () => {
  const { config, problems } = readConfigText(
    '\uFEFF{\r\n  // sizes\r\n  "emb_sz": 64, /* all */\r\n  "n_hid": 128,\r\n}',
  );
  assert.deepEqual(problems, []);
  assert.deepEqual([config?.emb_sz, config?.n_hid, config?.n_layers], [64, 128, 3]);
});

test('problems name the key, its line and column', () => {
  const { problems, config } = readConfigText(
    '{\n  "n_hiden": 3,\n  "weight_p": 1.2,\n  "weight_drop": { "names": ["q"] }\n}',
  );
  assert.equal(config, undefined);
  assert.deepEqual(
    problems.map(({ rule, key, line, column, endLine, endColumn }) => [rule, key, line, column, endLine, endColumn]),
    [
      ['unknown-key', 'n_hiden', 2, 3, 2, 12],
      ['p-out-of-range', 'weight_p', 3, 15, 3, 18],
      ['unknown-weight-name', 'weight_drop.names.0', 4, 30, 4, 33],
    ],
  );
});

test('a key written twice is refused', () => {
  const [problem] = readConfigText('{"bs": 2,\n "bs": 3}').problems;
  assert.deepEqual([problem?.rule, problem?.line, problem?.column], ['repeated-key', 2, 2]);
});

test('what is not JSON gets one sentence with its line', () => {
  assert.match(
    readConfigText('{\n "bs": 2\n "bptt": 3 }').problems[0]!.message,
    /^not JSON: comma expected on line 3;/,
  );
  assert.match(readConfigText('hello').problems[0]!.message, /not JSON: .* on line 1/);
  assert.match(readConfigText(' \n').problems[0]!.message, /the file is empty/);
  assert.match(readConfigText('// nothing').problems[0]!.message, /not JSON/);
  assert.match(readConfigText('['.repeat(100_000)).problems[0]!.message, /brackets inside each other/);
  assert.match(readConfigText('[1]').problems[0]!.message, /the config is a list/);
});

test('any text ends in a config or in located sentences', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"bs"',
    '"weight_drop"',
    '1',
    '-',
    'null',
    '\n',
    '//',
    '"',
    '\\u',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.array(piece).map((pieces) => pieces.join('')),
      ),
      (text) => {
        const { config, problems } = readConfigText(text);
        assert.equal(
          config === undefined,
          problems.some(({ severity }) => severity === 'error'),
        );
        const lines = text.split(/\r\n|\r|\n/).length;
        for (const at of problems) {
          assert.ok(at.line >= 1 && at.line <= lines && at.column >= 1, JSON.stringify(at));
          assert.ok(at.endLine > at.line || (at.endLine === at.line && at.endColumn > at.column), JSON.stringify(at));
        }
      },
    ),
    { numRuns: 3000 },
  );
});
