/** What `dropscope bench` measured, for people. */
import type { BenchCost, BenchProfile, BenchResult, BenchTorch } from '../shared/benchContract.ts';

/** Kernels named in a profile; the rest is a matter of microseconds. */
const MOST_KERNELS = 12;

export function benchText(result: BenchResult): string {
  const { size, backend, mode, threads, steps, rounds, introspection, ms, fastest, parts } = result;
  const times = rounds === 1 ? `${steps} steps` : `${rounds} rounds of ${steps} steps`;
  const lines = [
    `${size} on ${backend}, ${mode}, ${threads} threads, introspection ${introspection}: median of ${times}`,
    `  a step         ${time(ms)} ms (fastest ${time(fastest)}; the first one ${time(result.firstStepMs)})`,
    `  forward        ${time(parts.forward)} ms`,
    `  backward       ${time(parts.backward)} ms`,
    `  update         ${time(parts.update)} ms`,
    `  tokens         ${Math.round(result.tokensPerSecond)} a second`,
    `  arithmetic     ${result.gflops.toFixed(1)} GFLOP/s; the fastest step ${percent(result.peakShare)} of what one large product reaches (${peaksText(result)})`,
    ...result.costs.map((cost) => costText(cost, introspection === 'all')),
    ...(result.torch ? torchText(result.torch) : []),
    ...(result.profile ? profileText(result.profile) : []),
    ...result.said.map((message) => `  ${message}`),
  ];
  return `${lines.join('\n')}\n`;
}

function peaksText({ peaks, peakGflops }: BenchResult): string {
  const least = Math.min(...peaks);
  return `${peakGflops.toFixed(0)} GFLOP/s; between rounds at least ${least.toFixed(0)}`;
}

function costText(cost: BenchCost, named: boolean): string {
  const { introspection, ms, ratios, ratio, leastRatio, looking, slower } = cost;
  const title = named ? `${introspection} costs` : 'it costs';
  const each = ratios.map((one) => percent(one - 1)).join(' ');
  const parts = `looking ${percent(looking)} of the steps of its round, the median step ${time(ms)} ms, alone ${percent(slower)} more than off`;
  const rounds = `all time of a round ${percent(ratio - 1)} more than off (${each} in ${ratios.length} alternated rounds; fastest rounds ${percent(leastRatio - 1)})`;
  return `  ${title.padEnd(14)} ${parts}; ${rounds}`;
}

function torchText({ version, threads, ms, fastest, ratio, ratios, gradients }: BenchTorch): string[] {
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  const each = ratios.map((one) => one.toFixed(2)).join(' ');
  return [
    `  PyTorch ${version}, ${threads} threads: ${time(ms)} ms (fastest ${time(fastest)})`,
    `  ratio          ${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)} in ${ratios.length} alternated rounds: ${each})`,
    `  gradients      the same within ${gradients.worst.toExponential(1)} (${gradients.name})`,
  ];
}

function profileText({ ms, parts, outside, kernels }: BenchProfile): string[] {
  const rows = [...parts, { part: 'between the kernels', ms: outside, calls: null }];
  const line = (part: string, own: number, calls: number | null): string =>
    `    ${part.padEnd(34)} ${time(own).padStart(8)} ms ${percent(own / ms).padStart(7)}${calls === null ? '' : `  ${calls} calls`}`;
  return [
    `  an eager step, ${time(ms)} ms, by its kernels:`,
    ...rows.map((row) => line(row.part, row.ms, row.calls)),
    '  the dearest kernels:',
    ...kernels.slice(0, MOST_KERNELS).map((row) => line(row.part, row.ms, row.calls)),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function time(ms: number): string {
  return ms < 10 ? ms.toFixed(3) : ms.toFixed(1);
}
