/** The effective dropouts of a config as lines that line up, so that a diff shows exactly what differs. Pure. */
import type { ConfigInCode } from '../../shared/lintContract.ts';
import { findHyperparameter } from '../../shared/hyperparameters.ts';

type Values = Readonly<Record<string, number>>;

/** Both sides: the reference, and the config after drop_mult; the same keys in the same order. */
export function effectiveTexts({ dropouts, reference, dropMult }: ConfigInCode): { reference: string; config: string } {
  const keys = dropouts.map(({ key }) => key);
  const own: Values = Object.fromEntries(dropouts.map(({ key, configured }) => [key, configured]));
  return {
    reference: textOf(keys, reference.values, 1),
    config: textOf(keys, own, dropMult),
  };
}

function textOf(keys: readonly string[], values: Values, factor: number): string {
  const width = Math.max(...keys.map((key) => key.length), 'drop_mult'.length);
  const lines = keys.flatMap((key) => {
    const configured = values[key];
    if (configured === undefined) return [];
    const p = short(configured * factor);
    const product = factor === 1 ? '' : `   = ${short(configured)} x ${short(factor)}`;
    return [
      `${key.padEnd(width)}  p ${p.padEnd(6)} keeps ${short(100 * (1 - configured * factor))} %${product}`,
      meaning(key),
    ];
  });
  const head = [
    'What is dropped in training, after drop_mult',
    '',
    `${'drop_mult'.padEnd(width)}  ${short(factor)}`,
    '',
  ];
  return `${[...head, ...lines].join('\n')}\n`;
}

function meaning(key: string): string {
  const [first = ''] = (findHyperparameter(key)?.meaning ?? '').split(/(?<=\.)\s/);
  return `    ${first}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
