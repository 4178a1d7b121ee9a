/**
 * `dropscope bench`: milliseconds of a training step and its parts. Whatever is compared (PyTorch, introspection, the
 * machine's peak) is measured in rounds that alternate, so that a change of the machine's load meets all of it alike.
 */
import { setImmediate } from 'node:timers/promises';
import type {
  BenchCost,
  BenchObservation,
  BenchProfile,
  BenchRequest,
  BenchResult,
} from '../../shared/benchContract.ts';
import { BadInput } from '../../shared/failureCodes.ts';
import { chooseBackend } from '../backends/chooseBackend.ts';
import { StepReplay } from '../capture/stepReplay.ts';
import { setKernelOptions } from '../wasm/kernelOptions.ts';
import { dimensions, observedStepsInRound, stepFlops, stepsInRound } from './benchModel.ts';
import { BenchSteps, type TimedStep } from './benchSteps.ts';
import { MachinePeak } from './machinePeak.ts';
import { median } from './median.ts';
import { partShares } from './stepParts.ts';
import { stepProfile } from './stepProfile.ts';
import { TorchRounds } from './torchRounds.ts';

const WARM_UP = 3;
const STEPS_AT_ONCE = 4;
const PROFILED_STEPS = 5;

/** Throws BadInput for what cannot be measured, or what the backend says when it cannot be used. */
export async function benchJob(request: BenchRequest): Promise<BenchResult> {
  const { size, introspection } = request;
  const sizes = dimensions[size];
  if (request.threads !== undefined) useThreads(request.threads);
  const nativeFolders = request.nativePath === undefined ? [] : [request.nativePath];
  const backend = await chooseBackend(request.backend, { nativeFolders });
  if (request.mode === 'captured' && !StepReplay.available)
    throw new BadInput(`--mode captured: the backend ${backend.name} runs every step eagerly (leave --mode away)`);
  const capturing = request.mode !== 'eager' && StepReplay.available;
  const run = new BenchSteps(sizes, backend);
  run.trainer.capturing = capturing;
  try {
    const firstStepMs = run.run(1, 'off')[0]!.ms;
    run.run(WARM_UP - 1, 'off');
    const captured = capturing && run.said.every((message) => message.startsWith('steps are'));
    const mode = captured ? 'captured' : 'eager';
    const steps = request.steps ?? (introspection === 'off' ? stepsInRound : observedStepsInRound)[size];
    const rounds = request.rounds ?? (request.torch ? 3 : introspection === 'off' ? 1 : 5);
    const measured = await alternated(run, request, { steps, rounds });
    const { times, peak } = measured;
    run.trainer.weights(); // brings the model up to date for what is timed apart
    const ms = median(times);
    const fastest = Math.min(...times);
    const shares = partShares(run.model, sizes, mode, Math.min(5, steps), () => run.run(1, 'off')[0]!.ms);
    const flops = stepFlops(sizes);
    return {
      ...{ size, backend: backend.name, mode, threads: request.threads ?? backend.threads, steps, rounds },
      ...{ introspection, ms, fastest, firstStepMs },
      parts: { forward: shares.forward * ms, backward: shares.backward * ms, update: shares.update * ms },
      tokensPerSecond: (sizes.bs * sizes.bptt * 1000) / ms,
      gflops: flops / ms / 1e6,
      peakGflops: peak.best,
      peaks: peak.rounds,
      peakShare: flops / fastest / 1e6 / peak.best,
      costs: measured.costs,
      ...(request.profile === true ? { profile: profiled(run) } : {}),
      ...(measured.torch ? { torch: measured.torch } : {}),
      said: run.said,
    };
  } finally {
    run.dispose();
  }
}

/** TensorFlow reads its number when it is loaded; a measurement has a process of its own. */
function useThreads(threads: number): void {
  setKernelOptions({ threads });
  process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
}

interface Measured {
  /** Of the steps that were asked for; with introspection off when all were. */
  readonly times: readonly number[];
  readonly peak: MachinePeak;
  readonly costs: BenchCost[];
  readonly torch: BenchResult['torch'];
}

/** Between a few steps at a time the process answers that it is alive. */
async function timed(run: BenchSteps, count: number, observation: BenchObservation): Promise<TimedStep[]> {
  const steps: TimedStep[] = [];
  while (steps.length < count) {
    await setImmediate();
    steps.push(...run.run(Math.min(STEPS_AT_ONCE, count - steps.length), observation));
  }
  return steps;
}

async function alternated(
  run: BenchSteps,
  { size, introspection, threads, torch }: BenchRequest,
  { steps, rounds }: { steps: number; rounds: number },
): Promise<Measured> {
  const observations: readonly BenchObservation[] =
    introspection === 'all' ? ['off', 'on', 'visible'] : introspection === 'off' ? ['off'] : ['off', introspection];
  const roundsOf = new Map<BenchObservation, TimedStep[][]>(observations.map((observation) => [observation, []]));
  const asked = introspection === 'all' ? 'off' : introspection;
  const peak = new MachinePeak();
  const other = torch ? await TorchRounds.start(torch, run, dimensions[size], threads) : null;
  try {
    // What is prepared once, by the first look of a panel for example, is paid before the rounds.
    for (const observation of observations) await timed(run, WARM_UP, observation);
    peak.measure();
    for (let round = 0; round < rounds; round++) {
      await other?.run(steps);
      for (const observation of observations) roundsOf.get(observation)!.push(await timed(run, steps, observation));
      other?.compared(wholes(roundsOf.get(asked)!.at(-1)!));
      peak.measure();
    }
  } finally {
    other?.end();
  }
  const unobserved = roundsOf.get('off')!;
  const costs = Array.from(roundsOf).flatMap(([introspection, each]): BenchCost[] =>
    introspection === 'off' ? [] : [{ introspection, ...costOf(each, unobserved) }],
  );
  return { times: wholes(roundsOf.get(asked)!.flat()), peak, costs, torch: other?.result() };
}

function costOf(observed: readonly TimedStep[][], off: readonly TimedStep[][]): Omit<BenchCost, 'introspection'> {
  const [totals, totalsOff] = [observed, off].map((rounds) => rounds.map((round) => sum(wholes(round))));
  const ratios = totals!.map((ms, round) => ms / totalsOff![round]!);
  const looking = observed.map((round) => sum(wholes(round)) / sum(alone(round)) - 1);
  const slower = observed.map((round, index) => median(alone(round)) / median(alone(off[index]!)) - 1);
  return {
    ...{ ms: median(wholes(observed.flat())), ratios, ratio: median(ratios) },
    ...{ leastRatio: Math.min(...totals!) / Math.min(...totalsOff!) },
    ...{ looking: median(looking), slower: median(slower) },
  };
}

function wholes(steps: readonly TimedStep[]): number[] {
  return steps.map(({ ms }) => ms);
}

function alone(steps: readonly TimedStep[]): number[] {
  return steps.map(({ alone }) => alone);
}

function profiled(run: BenchSteps): BenchProfile {
  run.trainer.capturing = false;
  return stepProfile(() => void run.run(1, 'off'), PROFILED_STEPS);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
