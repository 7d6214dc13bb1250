// Where the numbers of a row stand. Rows keep their places (state-row.ts), so that of the next one only the numbers whose
// letters differ have to be read: a dozen of seven hundred.

/** The last row, and where each of its numbers begins and ends, in the order of the row. */
export type RowLayout = { row: Uint8Array; readonly starts: readonly number[]; readonly ends: readonly number[] };

const [QUOTE, COMMA, COLON, OPEN, CLOSE, BRACE] = [0x22, 0x2c, 0x3a, 0x5b, 0x5d, 0x7d] as const;

/** The places of the `count` numbers in a row of /state; undefined for JSON that is no object of numbers and lists of numbers. */
export function layoutOf(row: Uint8Array, count: number): RowLayout | undefined {
  const starts: number[] = [];
  const ends: number[] = [];
  let isKey = false;
  let isList = false;
  for (let at = 0; at < row.length; at++) {
    const byte = row[at]!;
    if (byte === QUOTE) isKey = !isKey;
    else if (isKey) continue;
    else if (byte === COLON) starts.push(at + 1);
    else if (byte === OPEN) {
      starts[starts.length - 1] = at + 1;
      isList = true;
    } else if (byte === CLOSE) {
      ends.push(at);
      isList = false;
    } else if (byte === COMMA && isList) {
      ends.push(at);
      starts.push(at + 1);
    } else if ((byte === COMMA || byte === BRACE) && ends.length < starts.length) ends.push(at);
  }
  return starts.length === count && ends.length === count ? { row, starts, ends } : undefined;
}

/**
 * Which numbers of a row differ from the last one, and what they are now (NaN: null).
 * @returns false where the row is laid out in another way; then it has to be read as a whole
 */
export function changesIn(layout: RowLayout, row: Uint8Array, slots: number[], values: number[]): boolean {
  const { row: last, starts, ends } = layout;
  if (row.length !== last.length) return false;
  slots.length = 0;
  values.length = 0;
  let slot = 0;
  for (let at = 0; at < row.length; at++) {
    if (row[at] === last[at]) continue;
    while (slot < ends.length && ends[slot]! <= at) slot++;
    if (slot === ends.length || at < starts[slot]!) return false;
    const text = String.fromCharCode(...row.subarray(starts[slot], ends[slot])).trim();
    const value = text === "null" ? Number.NaN : Number(text);
    if (text === "" || (Number.isNaN(value) && text !== "null")) return false;
    slots.push(slot);
    values.push(value);
    at = ends[slot]! - 1;
  }
  layout.row = row;
  return true;
}
