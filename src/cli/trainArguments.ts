/** The arguments of `dropscope train`, and the start request they make. */
import path from 'node:path';
import { NOT_FINITE, type Breakpoint } from '../shared/breakpoint.ts';
import { readCondition } from '../shared/breakpointExpression.ts';
import { breakpointFunctions, breakpointNumbers } from '../shared/breakpointNumbers.ts';
import type { StartRequest } from '../shared/engineContract.ts';
import { hyperparameters } from '../shared/hyperparameters.ts';
import { sentenceOf } from '../shared/sentenceOf.ts';
import type { Arguments, Flags } from './arguments.ts';
import { backendChoices, backendFlag } from './backendFlag.ts';
import { unusable } from './failure.ts';

export const trainFlags: Flags = {
  config: 'string',
  out: 'string',
  steps: 'string',
  epochs: 'string',
  init: 'string',
  resume: 'string',
  backend: 'string',
  seed: 'string',
  break: 'strings',
  json: 'boolean',
};

/** What a condition can name. */
const names = Object.keys(breakpointNumbers);

export const trainHelp = `dropscope train: train a model on text

Usage: dropscope train CORPUS... [--config F] [--out DIR] [--steps N] [--epochs N] [--init W.safetensors]
                       [--resume DIR] [--backend B] [--seed N] [--break CONDITION]... [--json]

  CORPUS         files, folders or globs; each file is one document. May be left out when the config names it
  --config F     dropscope.json; without one the preset "small" is used
  --out DIR      the run folder (default ./runs/ID); it must not exist or be empty
  --steps N      optimiser steps in all, also when resuming
  --epochs N     how often the corpus is read; with --steps, whichever ends first
  --init W       initial weights
  --resume DIR   continue that run in place, with the numbers of an undisturbed run
  --backend B    ${backendChoices}
  --seed N       start of every random number
  --break C      end the run, as failed and with a checkpoint, at the first step where the condition becomes true;
                 may be repeated. For example 'grad_norm > 10 * median(grad_norm)' or 'loss > 6 && step > 100'.
                 Numbers: ${names.slice(0, 8).join(', ')},
                 ${names.slice(8).join(', ')}
                 Functions: ${Object.keys(breakpointFunctions).join(', ')}
  --json         one JSON document on stdout

Progress goes to stderr. Ctrl-C stops the run with a checkpoint; a second Ctrl-C ends it at once.
`;

/** What to ask the engine for. `now` names the default folder; `cwd` is what relative paths start from. */
export function startRequest(args: Arguments, cwd: string, now: Date): StartRequest {
  const resume = args.text('resume');
  const out = args.text('out');
  const absolute = (file: string) => path.resolve(cwd, file);
  if (resume !== undefined && out !== undefined && absolute(resume) !== absolute(out)) {
    throw unusable(
      `--out: ${out} is not the run that --resume continues (leave --out away, a run continues in its folder)`,
    );
  }
  const config = args.text('config');
  const asText = args.positionals.find((file) => path.basename(file) === 'dropscope.json');
  if (asText !== undefined && config === undefined) {
    throw unusable(
      `${asText}: it is a config, and here it would be read as text to train on (write --config ${asText})`,
    );
  }
  const init = args.text('init');
  const folder = resume ?? out ?? path.join('runs', runId(now));
  return {
    folder: absolute(folder),
    corpus: args.positionals,
    base: cwd,
    overrides: overrides(args),
    resume: resume !== undefined,
    host: 'cli',
    onTrouble: 'fail',
    breakpoints: breakpoints(args.texts('break')),
    ...(config === undefined ? {} : { configFile: absolute(config) }),
    ...(init === undefined ? {} : { init: absolute(init) }),
  };
}

/** Numbers that are not finite always end a run. Throws a sentence for a condition that cannot be read. */
function breakpoints(conditions: readonly string[]): Breakpoint[] {
  for (const condition of conditions) {
    try {
      readCondition(condition);
    } catch (error) {
      throw unusable(sentenceOf(error));
    }
  }
  return [NOT_FINITE, ...conditions].map((when, index) => ({ id: String(index), when, enabled: true }));
}

function overrides(args: Arguments): Record<string, unknown> {
  const { steps, epochs, seed } = hyperparameters;
  const given = {
    steps: args.integer('steps', steps.min, steps.max),
    epochs: args.integer('epochs', epochs.min, epochs.max),
    seed: args.integer('seed', seed.min, seed.max),
    backend: backendFlag(args),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Sorts by time and is a good folder name everywhere: 20260102-030405. */
function runId(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
