/** JSON has no NaN: numbers that are not finite become the strings of metrics.jsonl (docs/contracts.md, section 3). */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? String(item) : item,
  );
  return `${text}\n`;
}
