/** Pictures of the tensors of a file, and a file held against a config. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { compareWithConfig } from '../../../src/engine/checkpoints/compareWithConfig.ts';
import { PictureTensors } from '../../../src/engine/checkpoints/pictureTensors.ts';
import { writeSafetensors } from '../../../src/engine/checkpoints/safetensors.ts';
import { pieceCells, withTensorFile } from '../../../src/engine/checkpoints/tensorFile.ts';

const fixtures = path.join(import.meta.dirname, '../../fixtures/checkpoints');
const folder = mkdtempSync(path.join(tmpdir(), 'dropscope-pictures-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, 'file.safetensors');

describe('pictures', () => {
  it('raw, mask and derived of a pair, whichever of the two is named', async () => {
    const pictures = new PictureTensors();
    const pth = path.join(fixtures, 'fastai1-training.pth');
    const name = '0.rnns.0.weight_hh_l0_raw';
    const window = { row: 12, rows: 2, col: 3, cols: 4 };
    const picture = await pictures.picture({ file: pth, name, window, maxCells: 100 });
    assert.deepEqual(
      [picture.shape, picture.gates, picture.pair?.name],
      [[48, 12], true, '0.rnns.0.module.weight_hh_l0'],
    );
    const { raw, pair } = picture;
    assert.equal(raw.detail.reducer, 'exact');
    raw.detail.data.forEach((value, at) => {
      const mask = pair?.mask.detail.data[at];
      assert.ok(mask === 0 || mask === 2);
      assert.equal(pair?.derived.detail.data[at], Math.fround(value * mask) + 0);
    });
    assert.equal(pair?.mask.summary.zeros, 288);
    const other = await pictures.picture({ file: pth, name: '0.rnns.0.module.weight_hh_l0', window, maxCells: 100 });
    assert.deepEqual(other, picture);
  });

  it('a tensor of several pieces is read whole, and its overview stands for every cell', async () => {
    const shape = [1500, 800];
    assert.ok(1500 * 800 > pieceCells);
    const data = Float32Array.from({ length: 1500 * 800 }, (_, at) => (at === 1_199_999 ? -7 : 0.5));
    await writeSafetensors(file, [{ name: 'encoder.weight', shape, data }]);
    const read = await withTensorFile(file, async (open) => open.whole(open.tensors[0] ?? assert.fail()));
    assert.deepEqual(read, data);
    const { raw, pair, gates } = await new PictureTensors().picture({ file, name: 'encoder.weight', maxCells: 10 });
    assert.deepEqual([raw.overview.reducer, raw.overview.data.at(-1), pair, gates], ['extreme', -7, null, false]);
    assert.ok(raw.overview.data.length <= 512 * 512);
  });

  it('a file that has changed is read anew; what cannot be drawn says why', async () => {
    const pictures = new PictureTensors();
    const one = async (value: number) => {
      await writeSafetensors(file, [
        { name: 'a', shape: [1], data: Float32Array.of(value) },
        { name: 'none', shape: [0], data: new Float32Array() },
      ]);
      return (await pictures.picture({ file, name: 'a', maxCells: 10 })).raw.overview.data[0];
    };
    assert.equal(await one(3), 3);
    // Another size, so that a clock of a second's grain does not matter.
    await writeSafetensors(file, [{ name: 'a', shape: [2], data: Float32Array.of(5, 6) }]);
    assert.equal((await pictures.picture({ file, name: 'a', maxCells: 10 })).raw.overview.data[0], 5);
    await assert.rejects(pictures.picture({ file, name: 'b', maxCells: 10 }), /it holds no tensor b/);
    await one(3);
    await assert.rejects(pictures.picture({ file, name: 'none', maxCells: 10 }), /none has no picture: it has no cell/);
    rmSync(file);
    await assert.rejects(pictures.picture({ file, name: 'a', maxCells: 10 }), /there is no such file any more/);
  });
});

describe('a file held against a config', () => {
  const config = (content: object) => {
    const where = path.join(folder, 'dropscope.json');
    writeFileSync(where, JSON.stringify(content));
    return where;
  };
  const sizes = { emb_sz: 8, n_hid: 12, n_layers: 2 };

  it('fits, also with aliases, ties and derived weights', async () => {
    for (const name of ['fastai1-training.pth', 'fastai2.pth', 'salesforce-evaluated.pt', 'parallel-half.pt']) {
      const { missing, unexpected, misshapen } = await compareWithConfig(path.join(fixtures, name), config(sizes));
      assert.deepEqual([missing, unexpected, misshapen], [[], [], []], name);
    }
  });

  it('other sizes, another number of layers, another decoder', async () => {
    const pth = path.join(fixtures, 'fastai2.pth');
    const wide = await compareWithConfig(pth, config({ ...sizes, n_hid: 16 }));
    assert.deepEqual(wide.misshapen[0], { name: '0.rnns.0.weight_hh_l0_raw', shape: [48, 12], wanted: [64, 16] });
    const deep = await compareWithConfig(pth, config({ ...sizes, n_layers: 3 }));
    assert.equal(deep.missing.length, 4);
    const flat = await compareWithConfig(pth, config({ ...sizes, out_bias: false }));
    assert.deepEqual(flat.unexpected, [{ name: '1.decoder.bias', shape: [24] }]);
  });

  it('a misspelt key is told with what it may be meant for', async () => {
    const read = await withTensorFile(path.join(fixtures, 'fastai2.pth'), async (open) =>
      Promise.all(
        open.tensors.map(async (tensor) => ({
          name: tensor.name,
          shape: tensor.shape,
          data: await open.whole(tensor),
        })),
      ),
    );
    const renamed = read.map((tensor) => ({ ...tensor, name: tensor.name.replace('decoder.bias', 'decoder.biass') }));
    await writeSafetensors(file, renamed);
    const { missing, unexpected } = await compareWithConfig(file, config(sizes));
    assert.deepEqual(missing, [{ name: '1.decoder.bias', shape: [24], meant: '1.decoder.biass' }]);
    assert.deepEqual(unexpected, [{ name: '1.decoder.biass', shape: [24] }]);
  });

  it('a bad config or a bad file is one sentence', async () => {
    await assert.rejects(compareWithConfig(path.join(fixtures, 'fastai2.pth'), config({ n_hid: 'many' })), /n_hid/);
    await assert.rejects(compareWithConfig(path.join(fixtures, 'make.py'), config(sizes)), /not a safetensors file/);
  });
});
