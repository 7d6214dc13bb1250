// Writes an archive that every tar reads, piece by piece: files with their time, nothing else.
// Format: POSIX.1-1988 "ustar" (IEEE Std 1003.1, pax, "ustar Interchange Format"): a header of 512 bytes, the content
// filled up to 512, two empty blocks at the end.

export type TarEntry = {
  /** Path in the archive with "/" between, ASCII, at most 100 characters. */
  readonly name: string;
  readonly modified_ms: number;
  readonly size: number;
  /** At least `size` bytes in pieces; more are cut off, missing ones are zeros (a file that shrank meanwhile). */
  readonly content: Iterable<Uint8Array>;
};

const BLOCK = 512;
const ENCODER = new TextEncoder();

/** The archive's bytes in order. Throws RangeError for a name or size that the format cannot hold. */
export function* tarBytes(entries: Iterable<TarEntry>): Generator<Uint8Array> {
  for (const entry of entries) {
    yield tarHeader(entry);
    yield* exactly(entry.content, entry.size);
    yield new Uint8Array((BLOCK - (entry.size % BLOCK)) % BLOCK);
  }
  yield new Uint8Array(2 * BLOCK);
}

/** Fields by offset, as the standard's table lists them; numbers are octal text. */
function tarHeader({ name, modified_ms, size }: TarEntry): Uint8Array {
  if (!/^[\x21-\x7e]{1,100}$/.test(name)) throw new RangeError("a name in an archive is up to 100 plain characters");
  const header = new Uint8Array(BLOCK);
  const put = (offset: number, text: string): void => header.set(ENCODER.encode(text), offset);
  const octal = (offset: number, length: number, value: number): void => {
    const digits = Math.max(0, Math.floor(value))
      .toString(8)
      .padStart(length - 1, "0");
    if (digits.length >= length) throw new RangeError("a number does not fit the archive");
    put(offset, digits);
  };
  put(0, name);
  octal(100, 8, 0o644);
  octal(108, 8, 0);
  octal(116, 8, 0);
  octal(124, 12, size);
  octal(136, 12, modified_ms / 1000);
  put(148, " ".repeat(8)); // the checksum counts its own field as blanks
  put(156, "0");
  put(257, "ustar\u000000");
  octal(
    148,
    7,
    header.reduce((sum, byte) => sum + byte, 0),
  );
  header[154] = 0;
  return header;
}

function* exactly(pieces: Iterable<Uint8Array>, size: number): Generator<Uint8Array> {
  let left = size;
  for (const piece of pieces) {
    if (left <= 0) return;
    yield piece.length > left ? piece.subarray(0, left) : piece;
    left -= piece.length;
  }
  for (; left > 0; left -= BLOCK) yield new Uint8Array(Math.min(left, BLOCK));
}
