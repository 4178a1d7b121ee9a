/** Who learns: every leaf has a gradient, and the output depends on every raw weight. */
import type { RunDescription } from '../../shared/engineContract.ts';
import type { Verdict } from '../../shared/stepContract.ts';
import type { RecordedStep } from './recordedStep.ts';
import { shortName } from './shortName.ts';

const rule = 'who-learns';

/** `parameters`: names of all leaves of the model. */
export function whoLearns(recorded: RecordedStep, parameters: readonly string[], run: RunDescription): Verdict[] {
  const { step, evidence } = recorded;
  const recordedNames = new Set(recorded.names());
  const cut = parameters.filter((name) => !recordedNames.has(`grad/${name}`));
  const inert = Object.entries(evidence.nudged ?? {}).filter(([, change]) => change === 0);
  const broken: Verdict[] = [
    ...cut.map((name) => ({ rule, holds: false, name, sentence: cutSentence(name, run) }) as const),
    ...inert.map(([name]) => ({ rule, holds: false, name, sentence: inertSentence(name) }) as const),
  ];
  if (broken.length > 0) return broken;
  const all =
    parameters.length === 1 ? 'The only leaf has a gradient' : `All ${parameters.length} leaves have a gradient`;
  const moves = evidence.nudged
    ? 'and the output moves when a raw weight is nudged.'
    : `whether the output moves when a raw weight is nudged was not checked at step ${step}.`;
  return [{ rule, holds: true, sentence: `${all}${evidence.nudged ? ', ' : '; '}${moves}` }];
}

function cutSentence(name: string, { sites }: RunDescription): string {
  const derived = sites
    .find(({ raw }) => raw === name)
    ?.name.split('.')
    .at(-1);
  const where = derived === undefined ? '' : `: it is cut off before \`${derived}\``;
  return `\`${shortName(name)}\` gets no gradient${where}.`;
}

function inertSentence(name: string): string {
  return `\`${shortName(name)}\` is nudged and the output does not move: the layer does not use what is learned.`;
}
