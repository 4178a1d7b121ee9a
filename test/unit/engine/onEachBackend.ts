/** Runs a group of tests once for every backend; the native one only where DROPSCOPE_NATIVE says where it is. */
import { before, beforeEach, describe } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../src/engine/backends/chooseBackend.ts';
import { BACKENDS, type BackendName } from '../../../src/shared/backendReport.ts';
import { seed } from '../../../src/engine/random/draws.ts';

const native = process.env['DROPSCOPE_NATIVE'];

export function onEachBackend(title: string, tests: (backend: BackendName) => void): void {
  for (const backend of BACKENDS) {
    const skip = backend === 'tensorflow' && !native ? 'DROPSCOPE_NATIVE is not set: no native backend here' : false;
    describe(`${title} (${backend})`, { skip }, () => {
      before(() => chooseBackend(backend));
      beforeEach(async () => {
        await tf.setBackend(backend);
        seed(7);
      });
      tests(backend);
    });
  }
}
