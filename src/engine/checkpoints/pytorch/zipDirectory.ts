/**
 * The directory of a zip file as torch.save writes it: every member stored as it is, not compressed. Counts, offsets
 * and sizes are held against the file before anything is read through them.
 * Format: PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.14 to 4.3.16 (zip64).
 */
import type { FileHandle } from 'node:fs/promises';
import { CheckpointError } from '../checkpointError.ts';
import { readFully } from '../fileAccess.ts';
import { clipped } from '../safetensorsHeader.ts';

export interface ZipMember {
  readonly name: string;
  /** First byte of its content in the file. */
  readonly start: number;
  readonly bytes: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const MEMBER = 0x02014b50;
const LOCAL = 0x04034b50;
const endBytes = 22;
const longestComment = 65_535;
const mostMembers = 100_000;
const mostDirectoryBytes = 64 * 1024 * 1024;

/** All members by name. Throws a {@link CheckpointError} for whatever does not fit together or is compressed. */
export async function readZipDirectory(
  file: FileHandle,
  fileBytes: number,
  path: string,
): Promise<ReadonlyMap<string, ZipMember>> {
  const damaged = (why: string) => new CheckpointError(`${path}: this zip file is damaged or cut off: ${why}`);
  const read = async (start: number, bytes: number, what: string) => {
    if (!Number.isSafeInteger(start) || start < 0 || bytes < 0 || start + bytes > fileBytes) {
      throw damaged(`${what} would lie outside the file`);
    }
    const part = Buffer.alloc(bytes);
    await readFully(file, part, start, path);
    return part;
  };
  const { count, start, bytes } = await directoryPlace(read, fileBytes, damaged);
  if (count > mostMembers || bytes > mostDirectoryBytes) {
    throw new CheckpointError(`${path}: ${count} members in ${bytes} bytes of directory are more than are read`);
  }
  const directory = await read(start, bytes, 'its directory');
  const members = new Map<string, ZipMember>();
  for (let at = 0, index = 0; index < count; index++) {
    if (at + 46 > bytes || directory.readUInt32LE(at) !== MEMBER) throw damaged(`member ${index} has no entry`);
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const end = at + 46 + nameBytes + extraBytes + commentBytes;
    if (end > bytes) throw damaged(`the entry of member ${index} is cut off`);
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes);
    const extra = directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
    const wide = wideSizes(extra, directory, at);
    if (directory.readUInt16LE(at + 10) !== 0 || wide.packed !== wide.bytes) {
      throw new CheckpointError(`${path}: ${clipped(name)} is compressed; torch.save writes its members as they are`);
    }
    if (members.has(name)) throw damaged(`${clipped(name)} stands twice in it`);
    const local = await read(wide.local, 30, `the header of ${clipped(name)}`);
    if (local.readUInt32LE(0) !== LOCAL) throw damaged(`${clipped(name)} has no header where its entry says`);
    const content = wide.local + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
    if (content + wide.bytes > fileBytes) throw damaged(`${clipped(name)} would reach beyond the end`);
    members.set(name, { name, start: content, bytes: wide.bytes });
    at = end;
  }
  requireApart(members.values(), damaged);
  return members;
}

type Read = (start: number, bytes: number, what: string) => Promise<Buffer>;
type Damaged = (why: string) => CheckpointError;

async function directoryPlace(read: Read, fileBytes: number, damaged: Damaged) {
  const tailBytes = Math.min(fileBytes, endBytes + longestComment);
  const tail = await read(fileBytes - tailBytes, tailBytes, 'its end');
  let at = tailBytes - endBytes;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at--;
  if (at < 0) throw damaged('it has no directory at its end');
  const narrow = {
    count: tail.readUInt16LE(at + 10),
    bytes: tail.readUInt32LE(at + 12),
    start: tail.readUInt32LE(at + 16),
  };
  const locatorAt = at - 20;
  if (locatorAt < 0 || tail.readUInt32LE(locatorAt) !== LOCATOR_64) return narrow;
  const wide = await read(Number(tail.readBigUInt64LE(locatorAt + 8)), 56, 'its zip64 directory');
  if (wide.readUInt32LE(0) !== END_64) throw damaged('its zip64 directory is not where it says');
  return {
    count: Number(wide.readBigUInt64LE(32)),
    bytes: Number(wide.readBigUInt64LE(40)),
    start: Number(wide.readBigUInt64LE(48)),
  };
}

/** Sizes and place of a member: those of the entry, or of its zip64 field where the entry holds only ones. */
function wideSizes(extra: Buffer, directory: Buffer, at: number) {
  const narrow = [24, 20, 42].map((field) => directory.readUInt32LE(at + field));
  const wide = narrow.slice();
  for (let field = 0; field + 4 <= extra.length;) {
    const [id, length] = [extra.readUInt16LE(field), extra.readUInt16LE(field + 2)];
    const end = Math.min(extra.length, field + 4 + length);
    let next = field + 4;
    for (let index = 0; id === 1 && index < 3; index++) {
      if (narrow[index] !== 0xffffffff || next + 8 > end) continue;
      wide[index] = Number(extra.readBigUInt64LE(next));
      next += 8;
    }
    field += 4 + length;
  }
  const [bytes, packed, local] = wide as [number, number, number];
  return { bytes, packed, local };
}

/** Members that share bytes are a way to make a small file hold very much. */
function requireApart(members: Iterable<ZipMember>, damaged: Damaged): void {
  const inOrder = [...members].sort((a, b) => a.start - b.start);
  inOrder.forEach((member, index) => {
    const before = inOrder[index - 1];
    if (before && before.start + before.bytes > member.start) {
      throw damaged(`${clipped(member.name)} and ${clipped(before.name)} overlap`);
    }
  });
}
