/** The flag --backend, which several commands have. */
import { didYouMean } from '../shared/didYouMean.ts';
import { hyperparameters } from '../shared/hyperparameters.ts';
import type { Arguments } from './arguments.ts';
import { unusable } from './failure.ts';

const choices: readonly string[] = hyperparameters.backend.choices;

/** How help texts list the backends. */
export const backendChoices = choices.join(', ');

/** The backend asked for; undefined without the flag. Throws a sentence for one that does not exist. */
export function backendFlag(args: Arguments): string | undefined {
  const name = args.text('backend');
  if (name === undefined || choices.includes(name)) return name;
  const meant = didYouMean(name, choices);
  throw unusable(
    `backend ${name}: there is none of that name (${meant === undefined ? `choose ${backendChoices}` : `did you mean ${meant}?`})`,
  );
}
