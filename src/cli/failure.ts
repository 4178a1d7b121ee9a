/**
 * How a command ends when it cannot end well: one line on stderr, and an exit status that a script can tell apart.
 */
import { sentenceOf } from '../shared/sentenceOf.ts';

/** 1: it ran and found or met a problem. 2: unusable arguments or input; nothing has been written. */
export type FailureStatus = 1 | 2;

export class Failure extends Error {
  readonly status: FailureStatus;

  /** `message` in the form "WHAT: WHY (what to do)". */
  constructor(status: FailureStatus, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Failure';
    this.status = status;
  }
}

/** Unusable arguments or input. */
export function unusable(message: string): Failure {
  return new Failure(2, message);
}

/**
 * The one line of a failure; with DROPSCOPE_DEBUG=1 the stack follows. An error that nobody foresaw is still one line,
 * and says how to see more.
 */
export function failureText(error: unknown, debug: boolean): string {
  const known = error instanceof Failure;
  const message = sentenceOf(error);
  const hint = known || debug ? '' : ' (an unexpected error; set DROPSCOPE_DEBUG=1 for its stack)';
  const line = `dropscope: ${withAdvice(oneLine(message))}${hint}\n`;
  return debug && error instanceof Error ? `${line}${error.stack ?? ''}\n` : line;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, ' ').trim();
}

/** Sentences of the engine end in "; what to do"; on the command line that stands in parentheses. */
function withAdvice(sentence: string): string {
  if (sentence.endsWith(')')) return sentence;
  const at = sentence.lastIndexOf('; ');
  return at < 0 ? sentence : `${sentence.slice(0, at)} (${sentence.slice(at + 2)})`;
}
