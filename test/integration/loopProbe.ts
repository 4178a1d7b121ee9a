// How long the thread that everything in the extension host shares is held: a timer that notes how late it comes, and how
// much processor time the thread used meanwhile. The second is the extension host's own doing; the first also has in it
// whatever else the machine did, so both are told, and compared with the same probe while nothing trains.

const EVERY_MS = 5;

export interface LoopDelays {
  /** Milliseconds by which the timer was late. */
  readonly late: { readonly p99: number; readonly longest: number };
  /** Milliseconds of processor time between two of its turns. */
  readonly used: { readonly p99: number; readonly longest: number };
}

/** Watches until the returned function is called. */
export function watchLoop(): () => LoopDelays {
  const late: number[] = [];
  const used: number[] = [];
  let turn = performance.now();
  let processor = threadMs();
  const timer = setInterval(() => {
    const [now, spent] = [performance.now(), threadMs()];
    late.push(Math.max(0, now - turn - EVERY_MS));
    used.push(spent - processor);
    [turn, processor] = [now, spent];
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    return { late: summary(late), used: summary(used) };
  };
}

export function inWords({ late, used }: LoopDelays): string {
  const pair = ({ p99, longest }: LoopDelays['late']) => `${p99.toFixed(1)} ms (longest ${longest.toFixed(1)})`;
  return `late by ${pair(late)}, processor time ${pair(used)}`;
}

/** Of this thread alone where Node can tell (from 23.9 on), else of the whole process, which is never less. */
function threadMs(): number {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage)();
  return (user + system) / 1000;
}

function summary(values: readonly number[]): { p99: number; longest: number } {
  const sorted = [...values].sort((a, b) => a - b);
  return { p99: sorted[Math.floor(0.99 * sorted.length)] ?? NaN, longest: sorted.at(-1) ?? NaN };
}
