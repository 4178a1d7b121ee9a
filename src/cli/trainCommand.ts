/**
 * `dropscope train`: one run in an engine process of its own. The engine does everything that can be wrong with input;
 * here are progress, signals, the result and the exit status.
 */
import type {
  EvalLine,
  LogLine,
  RunDescription,
  StartRequest,
  StatusUpdate,
  TrainLine,
} from '../shared/engineContract.ts';
import { sentenceOf } from '../shared/sentenceOf.ts';
import { EngineSupervisor } from '../supervisor/engineSupervisor.ts';
import { NEVER } from '../supervisor/restartPolicy.ts';
import { readArguments } from './arguments.ts';
import { asFailure, engineEntry } from './engineJob.ts';
import { Failure } from './failure.ts';
import { jsonText } from './jsonText.ts';
import { Progress } from './progress.ts';
import { startRequest, trainFlags } from './trainArguments.ts';

interface Outcome {
  readonly status: StatusUpdate;
  readonly latest: TrainLine | null;
  readonly latestEval: EvalLine | null;
  readonly seconds: number;
}

export async function trainCommand(args: readonly string[]): Promise<number> {
  const given = readArguments('train', args, trainFlags);
  const request = startRequest(given, process.cwd(), new Date());
  const progress = new Progress(process.stderr);
  const supervisor = new EngineSupervisor({
    entry: engineEntry(),
    log: (line) => showLog(line, progress),
    restarts: NEVER,
  });
  try {
    const run = new RunWatch(supervisor, progress);
    const description = await run.start(request).catch((error: unknown) => {
      throw asFailure(error);
    });
    progress.line(startLine(description));
    const outcome = await run.ended(description);
    await supervisor.request('settle', null);
    progress.end();
    if (outcome.status.status === 'failed') {
      throw new Failure(1, outcome.status.message ?? 'the run failed: the engine gave no reason (see run.json)');
    }
    process.stdout.write(given.has('json') ? jsonResult(description, outcome) : textResult(description, outcome));
    return 0;
  } finally {
    progress.end();
    supervisor.dispose();
  }
}

/** Follows one run from start to end, and carries Ctrl-C to it. */
class RunWatch {
  readonly #supervisor: EngineSupervisor;
  readonly #progress: Progress;
  readonly #began = Date.now();
  readonly #over: Promise<StatusUpdate>;
  #latest: TrainLine | null = null;
  #latestEval: EvalLine | null = null;

  constructor(supervisor: EngineSupervisor, progress: Progress) {
    this.#supervisor = supervisor;
    this.#progress = progress;
    supervisor.on('metrics', (update) => {
      this.#latest = update.latest ?? this.#latest;
      this.#latestEval = update.latestEval ?? this.#latestEval;
      progress.metrics(update);
    });
    this.#over = new Promise((resolve, reject) => {
      supervisor.on('status', (update) => {
        progress.status(update);
        if (update.status === 'done' || update.status === 'stopped' || update.status === 'failed') resolve(update);
      });
      supervisor.onDidExit(({ sentence }) => reject(new Failure(1, `engine: ${sentence}`)));
    });
    // Nobody waits for it yet while the run is being started; the request itself then tells what happened.
    this.#over.catch(() => undefined);
  }

  start(request: StartRequest): Promise<RunDescription> {
    return this.#supervisor.request('start', request);
  }

  async ended(run: RunDescription): Promise<Outcome> {
    let asked = false;
    const stop = () => {
      if (asked) process.exit(1);
      asked = true;
      this.#progress.line('stopping after this step, with a checkpoint (Ctrl-C once more ends it at once)');
      this.#supervisor.request('stop', { run: run.id }).catch((error: unknown) => {
        this.#progress.line(`stopping failed: ${sentenceOf(error)}`);
      });
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
    try {
      const status = await this.#over.catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        throw new Failure(1, `${error.message} (continue with dropscope train --resume ${run.folder})`);
      });
      const seconds = (Date.now() - this.#began) / 1000;
      if (this.#latest && this.#latestEval) {
        return { status, latest: this.#latest, latestEval: this.#latestEval, seconds };
      }
      // Resumed after its last evaluation, or done before: what is not of this session is in the folder.
      const { latest, latestEval } = await this.#supervisor.request('history', { folder: run.folder, maxPoints: 2 });
      return { status, latest, latestEval, seconds };
    } finally {
      process.off('SIGINT', stop).off('SIGTERM', stop);
    }
  }
}

function showLog({ level, message }: LogLine, progress: Progress): void {
  const debug = process.env['DROPSCOPE_DEBUG'] === '1';
  if (debug || level === 'warn') progress.line(message);
}

function startLine({ backend, config, parameterCount, trainTokens, vocabSize, folder }: RunDescription): string {
  const size = `${config.n_layers} layers of ${config.n_hid}, ${parameterCount} weights`;
  return `${folder}: ${size}, vocabulary ${vocabSize}, ${trainTokens} training tokens; backend ${backend.name} (${backend.reason})`;
}

function jsonResult(run: RunDescription, { status, latest, latestEval, seconds }: Outcome): string {
  const result = {
    id: run.id,
    folder: run.folder,
    status: status.status,
    step: status.step,
    backend: run.backend.name,
    vocab_size: run.vocabSize,
    parameters: run.parameterCount,
    unigram_ppl: run.unigramPerplexity,
    train: latest,
    valid: latestEval,
    seconds,
  };
  return jsonText(result);
}

function textResult(run: RunDescription, { status, latest, latestEval, seconds }: Outcome): string {
  const train = latest ? `loss ${latest.loss.toFixed(3)}, perplexity ${latest.ppl.toFixed(2)}` : 'no step was done';
  const valid = latestEval
    ? `; validation perplexity ${latestEval.ppl.toFixed(2)} (unigram ${run.unigramPerplexity.toFixed(2)})`
    : '';
  return `${status.status} at step ${status.step} after ${seconds.toFixed(1)} s: ${train}${valid}\n${run.folder}\n`;
}
