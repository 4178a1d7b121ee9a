// Lists a zip file from its central directory, so that a VSIX can be looked at as it is, without unpacking it.
import { readFileSync } from 'node:fs';

export interface ZipEntry {
  readonly name: string;
  /** Uncompressed, in bytes. */
  readonly size: number;
}

const endOfDirectory = 0x06054b50;
const entrySignature = 0x02014b50;

/** All entries in the order of the archive. No zip64: what we pack is far below 4 GB. */
export function listZip(file: string): ZipEntry[] {
  const bytes = readFileSync(file);
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== endOfDirectory) end--;
  if (end < 0) throw new Error(`${file} is not a zip file: it has no central directory`);
  const entries: ZipEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    if (bytes.readUInt32LE(at) !== entrySignature)
      throw new Error(`${file}: damaged central directory at byte ${String(at)}`);
    const nameLength = bytes.readUInt16LE(at + 28);
    const rest = bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    entries.push({ name: bytes.toString('utf8', at + 46, at + 46 + nameLength), size: bytes.readUInt32LE(at + 24) });
    at += 46 + nameLength + rest;
  }
  return entries;
}
