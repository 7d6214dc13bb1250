// Whole numbers in as few bytes as they need: groups of seven bits, the lowest first; the highest bit of a byte says that more
// follow (LEB128, as in DWARF and protocol buffers). For tables of mostly small numbers that are read again and again.

export type ByteWriter = { bytes: Uint8Array; at: number };
/** `ok` turns false when something is read that is not there. */
export type ByteReader = { readonly bytes: Uint8Array; at: number; ok: boolean };

/** A number to 2^53 takes at most so many bytes. */
const LONGEST = 8;

export const createByteWriter = (): ByteWriter => ({ bytes: new Uint8Array(256), at: 0 });
export const createByteReader = (bytes: Uint8Array): ByteReader => ({ bytes, at: 0, ok: true });

/** What was written, as bytes of its own. */
export const writtenBytes = ({ bytes, at }: ByteWriter): Uint8Array => bytes.slice(0, at);

function makeRoom(writer: ByteWriter, length: number): void {
  if (writer.at + length <= writer.bytes.length) return;
  const wider = new Uint8Array(2 * (writer.at + length));
  wider.set(writer.bytes);
  writer.bytes = wider;
}

/** Appends a whole number, 0..2^53. */
export function writeCount(writer: ByteWriter, value: number): void {
  makeRoom(writer, LONGEST);
  let rest = value;
  while (rest >= 128) {
    writer.bytes[writer.at++] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
  }
  writer.bytes[writer.at++] = rest;
}

export function writeBytes(writer: ByteWriter, bytes: Uint8Array): void {
  makeRoom(writer, bytes.length);
  writer.bytes.set(bytes, writer.at);
  writer.at += bytes.length;
}

/** The next whole number; 0 behind the end. */
export function readCount(reader: ByteReader): number {
  const { bytes } = reader;
  let value = 0;
  let weight = 1;
  for (let left = LONGEST; left > 0; left--, weight *= 128) {
    if (reader.at >= bytes.length) break;
    const byte = bytes[reader.at++]!;
    if (byte < 128) return value + byte * weight;
    value += (byte - 128) * weight;
  }
  reader.ok = false;
  return 0;
}

/** The next bytes, as a view; none where there are not so many. */
export function readBytes(reader: ByteReader, length: number): Uint8Array {
  const { at, bytes } = reader;
  if (length > bytes.length - at) {
    reader.ok = false;
    return bytes.subarray(0, 0);
  }
  reader.at = at + length;
  return bytes.subarray(at, reader.at);
}
