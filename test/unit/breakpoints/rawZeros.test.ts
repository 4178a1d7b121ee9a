// Zeros of raw weights are counted seldom, at recorded steps, only where a condition asks for them, and as introspection.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Breakpoints } from '../../../src/engine/breakpoints/breakpoints.ts';
import { countRawZeros } from '../../../src/engine/breakpoints/rawZeros.ts';
import { RunBreakpoints } from '../../../src/engine/breakpoints/runBreakpoints.ts';
import { Recording } from '../../../src/engine/training/trainerRecording.ts';
import { ZEROS_GROW } from '../../../src/shared/breakpoint.ts';
import { sampleDescription, trainLine } from '../features/sampleRun.ts';

test('the raw weight with the largest share is named', () => {
  const tensors: Record<string, number[]> = { a: [1, 0, 2, 3], b: [0, -0, 1, 2] };
  const read = (name: string) => {
    const values = tensors[name];
    return values && { shape: [values.length], data: Float32Array.from(values) };
  };
  assert.deepEqual(countRawZeros({ read }, ['a', 'b', 'gone']), { name: 'b', share: 0.5 });
  assert.equal(countRawZeros({ read }, ['gone']), null);
});

test('every 16th step, at the first one that is recorded, and not at all without a condition that names them', () => {
  const batch = { rows: 1, length: 1, input: Int32Array.of(0), target: Int32Array.of(0) };
  for (const [when, expected] of [
    [ZEROS_GROW, [1, 17, 32, 48]],
    ['loss > 100', []],
  ] as const) {
    const counted: number[] = [];
    const breakpoints = new RunBreakpoints(new Breakpoints([{ id: 'a', when, enabled: true }]), sampleDescription());
    for (let step = 1; step <= 48; step++) {
      // Step 16 is passed over by the budget.
      const newest = step === 16 ? null : new Recording(step, 'train', batch);
      if (newest)
        newest.inPassing = () => ({ ...newest, read: () => ({ shape: [1], data: Float32Array.of(1) }) }) as never;
      breakpoints.stepDone(trainLine({ step }), {
        newest,
        beside: (work) => {
          counted.push(step);
          return work();
        },
      });
    }
    assert.deepEqual(counted, expected, when);
  }
});
