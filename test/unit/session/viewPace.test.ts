import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ViewPace } from '../../../src/engine/session/viewPace.ts';

test('pictures take no more than their share of the time, whatever each of them costs up to 60 ms', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(1, 5, 20),
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 5 }),
      (percent, costs) => {
        const pace = new ViewPace(percent);
        let [now, spent] = [0, 0];
        for (const cost of costs) {
          while (!pace.mayAdvance(now)) now += 10;
          pace.advance(now);
          pace.spent(cost);
          spent += cost;
          now += cost;
        }
        while (!pace.mayAdvance(now)) now += 10;
        assert.ok(spent <= (percent / 100) * now, `${spent} ms of ${now}`);
      },
    ),
  );
});

test('the first step is shown at once, and a picture that costs nothing follows at once', () => {
  const pace = new ViewPace(5);
  assert.ok(pace.mayAdvance(0));
  pace.advance(0);
  assert.ok(pace.mayAdvance(0));
  pace.spent(10);
  assert.equal(pace.pauseMs(0), 200);
  assert.ok(!pace.mayAdvance(199));
  assert.ok(pace.mayAdvance(200));
});

test('a picture that cost very much, as the first of a run does, is shown for some seconds and not for a minute', () => {
  const pace = new ViewPace(3);
  pace.advance(0);
  pace.spent(2000);
  assert.ok(!pace.mayAdvance(5999));
  assert.ok(pace.mayAdvance(6000));
  // Ten steps of a large model take longer than that.
  assert.ok(!pace.mayAdvance(39_999, 4000));
  assert.ok(pace.mayAdvance(40_000, 4000));
  // Later ones cost what they cost.
  for (let picture = 2; picture <= 4; picture++) pace.advance(0);
  pace.spent(600);
  assert.ok(!pace.mayAdvance(19_999));
  assert.ok(pace.mayAdvance(20_000));
  pace.spent(6000);
  assert.ok(pace.mayAdvance(30_000));
});
