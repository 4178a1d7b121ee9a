/** What scripts, tasks and key bindings hand to the commands for breakpoints. Pure; throws one sentence for what is no use. */
import type { Breakpoint } from '../../shared/breakpoint.ts';

/** The argument of `dropscope.addBreakpoint`: {when, enabled?, fromHit?}. */
export function readNewBreakpoint(argument: unknown): Omit<Breakpoint, 'id'> {
  const { when, enabled = true, fromHit } = fieldsOf(argument, ['when', 'enabled', 'fromHit']);
  if (typeof when !== 'string') {
    throw new Error(`breakpoint: when is ${JSON.stringify(when)}, expected a condition such as "loss > 6"`);
  }
  if (typeof enabled !== 'boolean') {
    throw new Error(`breakpoint: enabled is ${JSON.stringify(enabled)}, expected true or false`);
  }
  return { when, enabled, ...(fromHit === undefined ? {} : { fromHit: readHit(fromHit) }) };
}

/** A count of hits, also as somebody typed it. */
export function readHit(value: unknown): number {
  const hit = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  if (Number.isSafeInteger(hit) && Number(hit) >= 1) return Number(hit);
  throw new Error(`breakpoint: fromHit is ${JSON.stringify(value)}, expected a whole number from 1`);
}

function fieldsOf(argument: unknown, known: readonly string[]): Record<string, unknown> {
  if (typeof argument !== 'object' || argument === null) {
    throw new Error(`breakpoint: expected {when, enabled, fromHit}, found ${JSON.stringify(argument)}`);
  }
  const unknown = Object.keys(argument).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Error(`breakpoint: unknown key "${unknown}" (${known.join(', ')} are known)`);
  return argument as Record<string, unknown>;
}
