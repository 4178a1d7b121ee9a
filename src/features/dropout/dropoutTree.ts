/** The Dropout view as data: one node for each place where dropout happens, with what was asked and what was kept. */
import { NONE_BROKEN, sentencesAbout, type BrokenPromises } from '../../host/brokenPromises.ts';
import { count, fixed, percent } from '../../host/numberFormat.ts';
import type { RunState } from '../../host/runState.ts';
import type { Translate } from '../../host/translate.ts';
import type { TreeNode } from '../../host/treeNode.ts';
import type { SiteDescription, SiteStats } from '../../shared/engineContract.ts';

/** A 95 % band is left once in twenty steps by chance; only what chance hardly ever does is worth a warning. */
const WARNING_SIGMAS = 4;
const BAND_SIGMAS = 1.96;

export function dropoutTree(run: RunState | undefined, t: Translate, broken: BrokenPromises = NONE_BROKEN): TreeNode[] {
  if (!run?.description) return [];
  return run.description.sites.map((site) => siteNode(site, run, t, sentencesAbout(broken, [site.name])));
}

/** Standard deviation of the kept share over `draws` independent draws: sqrt(p (1 - p) / n). */
export function keptSigma(p: number, draws: number): number {
  return draws > 0 ? Math.sqrt((p * (1 - p)) / draws) : 0;
}

/** Whether a kept share is what p makes plausible, or something else is going on. */
export function isOutOfBand(stats: SiteStats): boolean {
  return Math.abs(stats.kept - (1 - stats.p)) > WARNING_SIGMAS * keptSigma(stats.p, stats.draws) + 1e-4;
}

function siteNode(site: SiteDescription, run: RunState, t: Translate, faults: readonly string[]): TreeNode {
  const stats = run.latest?.sites?.[site.name];
  const kept = stats ? t('kept {0}', percent(stats.kept)) : t('kept not yet');
  const description = `p ${site.p.toFixed(2)} · ${kept}`;
  const out = faults.length > 0 || (stats !== undefined && isOutOfBand(stats));
  const label = site.name.replace(/^\d+\./, '');
  return {
    id: `${run.id}/site/${site.name}`,
    label,
    description,
    icon: out ? 'warning' : 'circle-large-outline',
    ...(out ? { iconColor: 'charts.yellow' } : {}),
    tooltip: [tooltip(site, stats, run, t), ...faults].join('\n\n'),
    context: 'site',
    spoken: [label, description, ...faults].join(', '),
    children: [],
    mask: site.name,
  };
}

function tooltip(site: SiteDescription, stats: SiteStats | undefined, run: RunState, t: Translate): string {
  const rows = [`**${site.name}**`];
  if (stats) {
    rows.push(
      t(
        'Step {0}: kept {1}, expected {2} ± {3}',
        count(run.latest?.step ?? 0),
        percent(stats.kept),
        fixed((1 - stats.p) * 100, 1),
        fixed(BAND_SIGMAS * keptSigma(stats.p, stats.draws) * 100, 1),
      ),
    );
  }
  const along = (axes: SiteDescription['variesAlong']) =>
    axes.map(({ axis, size }) => `${axis} (${count(size)})`).join(', ');
  if (site.constantAlong.length > 0) rows.push(t('constant along {0}', along(site.constantAlong)));
  rows.push(t('varies along {0}: {1} draws', along(site.variesAlong), count(site.draws)));
  rows.push(
    site.configured === site.p
      ? t('p {0}, as in the config', site.p)
      : t('p {0} in the config, {1} after drop_mult', site.configured, site.p),
  );
  return rows.join('\n\n');
}
