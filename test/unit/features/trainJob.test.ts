// The argument of dropscope.train: what it may be, what it becomes, and one sentence when it cannot be used.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nameOf, readTrainArgument, startRequest } from '../../../src/features/train/trainJob.ts';

const uri = (fsPath: string) => ({ scheme: 'file', fsPath });
const breakpoints = [{ id: 'a', when: 'loss > 6', enabled: true }];
const noWish = { backend: 'auto', nativePath: '', budgetPercent: 10, breakpoints };

describe('readTrainArgument', () => {
  it('takes Uris, paths, a config file or object, and steps', () => {
    const job = readTrainArgument({ corpus: [uri('/t/a.txt'), '/t/b.txt'], config: { n_hid: 8 }, steps: 5 }, '/t');
    assert.deepEqual(startRequest(job, '/runs/x', noWish), {
      folder: '/runs/x',
      name: 'a and 1 more',
      corpus: ['/t/a.txt', '/t/b.txt'],
      base: '/t',
      host: 'vscode',
      onTrouble: 'pause',
      breakpoints,
      config: { n_hid: 8 },
      overrides: { steps: 5 },
      budgetPercent: 10,
    });
  });

  it('leaves the corpus to a config that has one', () => {
    const request = startRequest(readTrainArgument({ config: uri('/w/dropscope.json') }, '/w'), '/runs/x', noWish);
    assert.deepEqual([request.corpus, request.configFile, request.name], [[], '/w/dropscope.json', 'w']);
  });

  it('passes settings on only when they say something', () => {
    const job = readTrainArgument({ corpus: ['/a.txt'] }, '/');
    const request = startRequest(job, '/runs/x', { ...noWish, backend: 'cpu', nativePath: '/native' });
    assert.deepEqual(request.overrides, { backend: 'cpu' });
    assert.equal(request.nativePath, '/native');
    assert.ok(!('overrides' in startRequest(job, '/runs/x', noWish)));
  });

  const refused: [string, unknown, RegExp][] = [
    ['no object', 7, /train: expected \{corpus, config, steps\}, found 7/],
    ['an unknown key', { corpus: [], confg: 1 }, /unknown key "confg"/],
    ['a corpus that is no array', { corpus: '/a.txt' }, /corpus must be an array/],
    ['a corpus entry that is no file', { corpus: [3] }, /corpus holds 3/],
    ['a file that is on no disk', { corpus: [{ scheme: 'http', fsPath: '/a' }] }, /http: is not a file on a disk/],
    ['half a step', { corpus: [], steps: 1.5 }, /steps is 1\.5, expected a whole number from 1/],
    ['a config that is a number', { corpus: [], config: 4 }, /config is 4/],
  ];
  for (const [what, argument, sentence] of refused) {
    it(`refuses ${what} in one sentence`, () => assert.throws(() => readTrainArgument(argument, '/'), sentence));
  }
});

describe('nameOf', () => {
  it('is the file or folder, or what the config is of', () => {
    assert.equal(nameOf(['/t/genesis.txt'], null), 'genesis');
    assert.equal(nameOf([], { file: '/t/poems/dropscope.json' }), 'poems');
    assert.equal(nameOf([], { file: '/t/odes.dropscope.json' }), 'odes');
    assert.equal(nameOf([], { object: {} }), 'run');
  });
});
