/** The verdict on every promise as a document to read. Pure. */
import type { VerifyResult } from '../../shared/jobContract.ts';

/** Markdown; `what` names the config. */
export function reportText({ promises, steps, backend, corpus, warnings }: VerifyResult, what: string): string {
  const broken = promises.filter(({ holds }) => !holds).length;
  const sum =
    broken === 0 ? `All ${promises.length} promises held` : `${broken} of ${promises.length} promises are broken`;
  const text = corpus === 'made up' ? ', on a made-up text' : '';
  return [
    `# ${sum}`,
    `${what}: ${steps} real training steps on ${backend.name}${text}.`,
    ...promises.flatMap(({ holds, title, sentence, number, unit }) => [
      `## ${holds ? 'Held' : 'BROKEN'}: ${title}`,
      `${sentence} (${number} ${unit})`,
    ]),
    ...warnings.map((warning) => `> ${warning}`),
    '',
  ].join('\n\n');
}
