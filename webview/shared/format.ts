/**
 * How numbers are written on the page: a true minus, thousands with a comma, an exact zero as "0", and never a rounding
 * that looks like zero. One function a kind of number, so that a quantity looks the same wherever it is shown.
 */
const MINUS = '\u2212';

/** From here on a number that is no count is written with an exponent: numbers that run away stay readable. */
const LONG = 1e6;

/** Fixed decimals with thousands separated: fixed(-1234.5, 2) is "−1,234.50". Not finite: "NaN", "∞", "−∞". */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  if (decimals > 0 && Math.abs(value) >= LONG) return significant(value);
  const text = Math.abs(value).toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/** With its sign where it is not zero: signed(0.088, 2) is "+0.09". */
export function signed(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return value > 0 && /[1-9∞]/.test(text) ? `+${text}` : text;
}

/** Whole numbers: integer(13171) is "13,171". */
export function integer(value: number): string {
  return fixed(Math.round(value), 0);
}

/** So many significant figures; outside [0.001, 10000) with an exponent: significant(-3.6e-4) is "−3.60e−4". */
export function significant(value: number, figures = 3): string {
  if (!Number.isFinite(value)) return notFinite(value);
  if (value === 0) return '0';
  const sign = value < 0 ? MINUS : '';
  const [mantissa = '', exponentText = ''] = Math.abs(value)
    .toExponential(figures - 1)
    .split('e');
  const exponent = Number(exponentText);
  if (exponent >= -3 && exponent < 4) return sign + Math.abs(value).toFixed(Math.max(0, figures - 1 - exponent));
  return `${sign}${mantissa}e${exponent < 0 ? MINUS : ''}${Math.abs(exponent)}`;
}

/** A round number on an axis: tick(0.05) is "0.05", tick(1e7) "1e7". */
export function tick(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e5)) return String(value).replace('-', MINUS);
  return value.toExponential().replace('e+', 'e').replaceAll('-', MINUS);
}

/** A weight: four decimals, three figures when that would look like zero or be long, and "0" only when it is exactly zero. */
export function weight(value: number): string {
  if (value === 0) return '0';
  return Math.abs(value) < 0.00095 || Math.abs(value) >= 1000 ? significant(value) : fixed(value, 4);
}

/** A share of one: percent(0.799) is "79.9 %". */
export function percent(share: number, decimals = 1): string {
  return Number.isFinite(share) ? `${fixed(100 * share, decimals)} %` : notFinite(share);
}

/** A probability or threshold as a config has it, with a leading zero and at least two decimals: "0.20", "0.025". */
export function probability(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 4 });
}

/** A mask's value: "0", "1.25", "1.176". */
export function maskValue(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : notFinite(value);
}

/** A duration for people: "40 s", "3 min", "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "1 word", "2 words". */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${integer(value)} ${value === 1 ? one : many}`;
}

function notFinite(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value < 0 ? `${MINUS}∞` : '∞';
}
