import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { nativeOf } from '../../src/engine/backends/nativeBinding.ts';
import { soak, SOAK_STEPS } from './soak.ts';

const native = process.env['DROPSCOPE_NATIVE'];

test(
  `tensorflow: nothing grows over ${SOAK_STEPS} steps, half of them with an open panel`,
  { skip: native ? false : 'DROPSCOPE_NATIVE is not set: no native backend here', timeout: 1_800_000 },
  (t) =>
    soak(
      'tensorflow',
      () => nativeOf(tf.backend()).binding.getNumOfTensors(),
      (line) => {
        t.diagnostic(line);
      },
    ),
);
