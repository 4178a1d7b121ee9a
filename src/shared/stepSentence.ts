/** Sentences of the engine begin with their step ("step 212: …"), which a line that already names the step need not repeat. */

export function withoutStep(message: string, step: number): string {
  const own = `step ${step}: `;
  return message.startsWith(own) ? message.slice(own.length) : message;
}
