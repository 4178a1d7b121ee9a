/**
 * Typed arrays that came over IPC are views on the message's pooled buffer: they keep the whole buffer alive, and
 * VS Code sends a view's whole buffer on to a page. Copied once here, callers hold arrays that own exactly their bytes.
 */

/** Replaces, in place, each typed array inside a received value by a copy that owns its buffer. Returns the value. */
export function ownArrays<T>(received: T): T {
  return own(received) as T;
}

function own(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    if (value.byteLength === value.buffer.byteLength || value instanceof DataView) return value;
    return (value as Uint8Array).slice === undefined ? value : copyOf(value as Uint8Array);
  }
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record)) {
    const inner = record[key];
    if (typeof inner === 'object' && inner !== null) record[key] = own(inner);
  }
  return record;
}

/** `slice` of a Buffer (what Uint8Array becomes over IPC) is a view again, hence the plain constructor for it. */
function copyOf(view: Uint8Array): Uint8Array {
  return Buffer.isBuffer(view) ? new Uint8Array(view) : view.slice();
}
