/**
 * The table of commands (docs/contracts.md section 2): what each is called, what it does in one line, and what runs
 * it. A command that has nothing to run it is refused with "not available yet".
 */
import { benchCommand, benchHelp } from './benchCommand.ts';
import { checkCommand, checkHelp } from './check.ts';
import { convertCommand, convertHelp } from './convertCommand.ts';
import { exportCommand, exportHelp } from './exportCommand.ts';
import { generateCommand, generateHelp } from './generateCommand.ts';
import { inspectCommand, inspectHelp } from './inspectCommand.ts';
import { nativeCommand, nativeHelp } from './nativeCommand.ts';
import { traceCommand, traceHelp } from './traceCommand.ts';
import { trainHelp } from './trainArguments.ts';
import { trainCommand } from './trainCommand.ts';
import { verifyCommand, verifyHelp } from './verifyCommand.ts';

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What --help prints, and what runs with the arguments after the name and returns the exit status. */
  readonly help?: string;
  readonly run?: (args: readonly string[]) => Promise<number>;
}

export const commands: readonly Command[] = [
  { name: 'train', summary: 'train a model on text; writes a run folder', help: trainHelp, run: trainCommand },
  {
    name: 'trace',
    summary: 'one forward and backward pass, with every tensor of it',
    help: traceHelp,
    run: traceCommand,
  },
  {
    name: 'verify',
    summary: 'check every promise about masks and gradients on real steps',
    help: verifyHelp,
    run: verifyCommand,
  },
  {
    name: 'check',
    summary: 'code and config diagnostics on Python, notebooks and JSON',
    help: checkHelp,
    run: checkCommand,
  },
  {
    name: 'inspect',
    summary: 'the parameter tree of a checkpoint, and what it tells of mask, p and mode',
    help: inspectHelp,
    run: inspectCommand,
  },
  { name: 'convert', summary: 'a checkpoint from one key style to another', help: convertHelp, run: convertCommand },
  {
    name: 'export',
    summary: 'what a run measured, for TensorBoard or as tables',
    help: exportHelp,
    run: exportCommand,
  },
  { name: 'generate', summary: 'sample text from a run or checkpoint', help: generateHelp, run: generateCommand },
  { name: 'classify', summary: 'label texts with a trained classifier' },
  { name: 'native', summary: 'install, remove or report the native backend', help: nativeHelp, run: nativeCommand },
  { name: 'bench', summary: 'ms per training step and its parts', help: benchHelp, run: benchCommand },
];

/** The text of `dropscope --help`. */
export function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(
    ({ name, summary, run }) => `  ${name.padEnd(width)}  ${summary}${run ? '' : ' (not available yet)'}`,
  );
  return `dropscope: train AWD-LSTM models and see inside them

Usage: dropscope COMMAND [ARGUMENTS]

Commands
${lines.join('\n')}

"dropscope COMMAND --help" tells about one of them; "dropscope --version" prints the version.
Exit status: 0 well, 1 it ran and met a problem, 2 unusable arguments or input.
`;
}
