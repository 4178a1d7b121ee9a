/** Runs of other configs than the recorded one: a dropout whose p is 0, rows dropped whole, a loss that is all cross-entropy. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { fixed } from '../../webview/shared/format.ts';
import { InspectorPages, recorded, recordedText } from './inspectorPage.ts';

const { train } = recorded.snapshot.run ?? assert.fail('the fixture holds no run');
const newest = train.step.length - 1;
const weight = '0.rnns.0.weight_hh_l0';

const pages = await InspectorPages.start();
after(() => pages.stop());

interface Changeable {
  readonly snapshot: {
    readonly run: {
      readonly description: { readonly sites: { name: string; p: number; granularity?: string; shape: number[] }[] };
      readonly train: { ce: unknown; loss: unknown; readonly kept: Record<string, unknown> };
    };
  };
  readonly steps: Record<string, { readonly weights: Record<string, { p: number }> }>;
}

/** The recorded run with something changed; its typed arrays stay as they are written. */
async function open(change: (run: Changeable) => void): Promise<Page> {
  const run = JSON.parse(recordedText) as Changeable;
  change(run);
  const { page } = await pages.open(JSON.stringify(run));
  await page.locator('#pane-mask[aria-label*="step"]').waitFor();
  return page;
}

function siteOf(run: Changeable) {
  return run.snapshot.run.description.sites.find(({ name }) => name === weight) ?? assert.fail(`no site ${weight}`);
}

describe('a dropout whose p is 0', () => {
  it('keeps all and has no band, and its weight has no mask', async () => {
    const page = await open((run) => {
      siteOf(run).p = 0;
      delete run.snapshot.run.train.kept[weight];
      for (const { weights } of Object.values(run.steps)) {
        const view = weights[weight];
        if (view) view.p = 0;
      }
    });
    const row = page.locator(`.site[data-site="${weight}"]`);
    await row.getByText('no dropout').waitFor();
    assert.match(await row.innerText(), /p 0\.00\s+all\s/);
    assert.match((await row.locator('canvas').getAttribute('aria-label')) ?? '', /p is 0, nothing is dropped$/);
    await page.locator('.pane.mask .caption', { hasText: 'none here' }).waitFor();
    await page.locator('.pane.derived .caption', { hasText: 'the same' }).waitFor();
    await page.close();
  });
});

describe('rows that are dropped whole', () => {
  it('the head has the shape of the weight, and says of what p is', async () => {
    const page = await open((run) => {
      const site = siteOf(run);
      site.granularity = 'row';
      site.shape = [112, 1];
    });
    await page.locator('#weight .line', { hasText: '112 × 28p 0.20 for each row, train mode' }).waitFor();
    await page.locator('.pane.mask .caption', { hasText: 'whole rows' }).waitFor();
    await page.close();
  });
});

describe('the loss', () => {
  it('with regularisers in it stands beside its cross-entropy, from which perplexity comes', async () => {
    const page = await open(() => undefined);
    const ce = train.ce[newest] ?? NaN;
    assert.ok(Math.abs(ce - (train.loss[newest] ?? NaN)) > 0.01, 'the fixture is of a run with alpha and beta');
    const facts = await page.locator('.step-facts').innerText();
    assert.ok(facts.includes(`cross-entropy ${fixed(ce, 3)}`), facts);
    assert.ok(facts.includes(`perplexity ${fixed(Math.exp(ce), 2)}`), facts);
    await page.close();
  });

  it('that is all cross-entropy is not said twice', async () => {
    const page = await open(({ snapshot }) => (snapshot.run.train.loss = snapshot.run.train.ce));
    const facts = await page.locator('.step-facts').innerText();
    assert.ok(facts.includes('perplexity') && !facts.includes('cross-entropy'), facts);
    await page.close();
  });
});
