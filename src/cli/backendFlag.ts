/** The flag --backend, which several commands have. */
import { hyperparameters } from '../shared/hyperparameters.ts';
import type { Arguments } from './arguments.ts';

const choices: readonly string[] = hyperparameters.backend.choices;

/** How help texts list the backends. */
export const backendChoices = choices.join(', ');

/** The backend asked for; undefined without the flag. Throws a sentence for one that does not exist. */
export function backendFlag(args: Arguments): string | undefined {
  return args.choice('backend', choices, 'backend');
}
