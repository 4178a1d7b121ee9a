/** What axe finds serious or critical on a page that holds its script, one line a place; none is what is wanted. */
import type { Page } from 'playwright-core';

export async function seriousFindings(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary)))`);
}
