/**
 * Entry of the command line: finds the command, runs it, and turns whatever goes wrong into one line and an exit
 * status.
 */
import { didYouMean } from '../shared/didYouMean.ts';
import { commands, overview } from './commands.ts';
import { Failure, failureText, unusable } from './failure.ts';
import packageJson from '../../package.json' with { type: 'json' };

async function runCommand(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(overview());
    return 0;
  }
  if (name === '--version') {
    process.stdout.write(`${packageJson.version}\n`);
    return 0;
  }
  if (name === undefined) throw unusable('no command: nothing to do (see dropscope --help)');
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    const meant = didYouMean(
      name,
      commands.map((candidate) => candidate.name),
    );
    throw unusable(
      `${name}: unknown command (${meant === undefined ? 'see dropscope --help' : `did you mean ${meant}?`})`,
    );
  }
  const { help, run } = command;
  if (help === undefined || !run) throw unusable(`${name}: not available yet (see dropscope --help for what is)`);
  if (rest.includes('--help')) {
    process.stdout.write(help);
    return 0;
  }
  return run(rest);
}

// A reader that closed the pipe early (head, less) is no failure of ours; there is just nobody left to write to.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

runCommand(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(failureText(error, process.env['DROPSCOPE_DEBUG'] === '1'));
    process.exitCode = error instanceof Failure ? error.status : 1;
  },
);
