/** Numbers in the sentences about a checkpoint: thousands with a comma, shares with one decimal. */

/** 11256832 is "11,256,832". */
export const whole = (value: number): string => value.toLocaleString('en-US');

/** 0.5 is "50.0 %". */
export const share = (part: number, of: number): string => `${((100 * part) / Math.max(1, of)).toFixed(1)} %`;

/** Three figures: 0.0123456 is "0.0123". */
export const figure = (value: number): string => String(Number(value.toPrecision(3)));

/** "1 tensor", "2 tensors". */
export const count = (value: number, one: string): string => `${whole(value)} ${one}${value === 1 ? '' : 's'}`;
