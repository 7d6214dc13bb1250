// What a server of the SDO protocol does, as rows that any node can be held against: requests as bytes, and the answers that
// must come back. From CiA 301 v4.2, each row with its clause; nothing here comes from our own code. Rows about what a
// dictionary says of its entries are made of the entries, in conformance-entries.ts.

/**
 * Objects that a node offers, three bytes each: index, low byte first, and sub-index. `word`: UNSIGNED16 that may be written and
 * read back, any value. `text`: more than 7 bytes to be read that stay as they are. `free`: 40 bytes and more may be
 * written, any bytes, and are read back. `gap`: no object. A row is left out where a node has not what it needs.
 */
export type Placeholder = "word" | "text" | "free" | "gap";

export type ConformanceRow = {
  /** A promise. */
  readonly name: string;
  readonly clause: string;
  /** One after the other. A row begins without a transfer and leaves none behind. */
  readonly steps: readonly Step[];
};

/**
 * A request and all its answers. Bytes are hexadecimal with blanks between; what is missing up to eight is zero. In an answer
 * "." is any digit, and "..." at the end any bytes.
 */
export type Step = {
  readonly send: string;
  readonly answers: readonly string[];
  /** The one answer that ends the row as well as the others carry it on. */
  readonly orEnds?: string;
  /** Data of a frame shorter or longer than eight bytes: no zeros are put behind. */
  readonly isRaw?: true;
};

const asked = (send: string, ...answers: readonly string[]): Step => ({ send, answers });
const raw = (send: string): Step => ({ send, answers: [], isRaw: true });
/** The upload of a text, up to its first segment; then it is given up. */
const TEXT_BEGUN = asked("40 {text}", "41 {text} .. .. 00 00");
const GIVE_UP = asked("80 {text} 00 00 00 08");
const aborted = (object: string, code: string): string => `80 ${object} ${code}`;

const COMMAND = "01 00 04 05";
const TOGGLE = "00 00 03 05";
const BLOCK_SIZE = "02 00 04 05";
const SEQUENCE = "03 00 04 05";
const CRC = "04 00 04 05";
const TOO_LONG = "12 00 07 06";
const TOO_SHORT = "13 00 07 06";
const READ_ONLY = "02 00 01 06";
const NO_OBJECT = "00 00 02 06";
const NO_SUB_INDEX = "11 00 09 06";

// biome-ignore format: rows of a table
export const CONFORMANCE_ROWS: readonly ConformanceRow[] = [
  { clause: "7.2.4.3.6", name: "the device type, four bytes, is read in one answer", steps: [asked("40 00 10 00", "43 00 10 00 ...")] },
  { clause: "7.2.4.3.6", name: "the error register, one byte, is read in one answer with zeros behind", steps: [asked("40 01 10 00", "4F 01 10 00 ..")] },
  { clause: "7.2.4.3.6", name: "the number of identity entries is one byte, 1 to 4", steps: [asked("40 18 10 00", "4F 18 10 00 0.")] },
  { clause: "7.2.4.3.6", name: "the vendor is read in one answer", steps: [asked("40 18 10 01", "43 18 10 01 ...")] },
  { clause: "7.2.4.3.6", name: "two bytes are written in one frame, and read with zeros behind", steps: [asked("2B {word} 34 12", "60 {word}"), asked("40 {word}", "4B {word} 34 12")] },
  { clause: "7.2.4.3.3", name: "bytes behind the data do not count", steps: [asked("2B {word} 34 12 FF FF", "60 {word}"), asked("40 {word}", "4B {word} 34 12")] },
  { clause: "7.2.4.3.3", name: "where the size of expedited data is not told, the object's own counts", steps: [asked("22 {word} 78 56", "60 {word}"), asked("40 {word}", "4B {word} 78 56")] },
  { clause: "7.2.4.3.3", name: "two bytes may also come in a segment, with their size", steps: [asked("21 {word} 02 00 00 00", "60 {word}"), asked("0B 11 22", "20"), asked("40 {word}", "4B {word} 11 22")] },
  { clause: "7.2.4.3.3", name: "two bytes may also come in a segment, without their size", steps: [asked("20 {word}", "60 {word}"), asked("0B 33 44", "20"), asked("40 {word}", "4B {word} 33 44")] },
  { clause: "table 22", name: "one byte for a word is too short, three and four are too long", steps: [asked("2F {word} 01", aborted("{word}", TOO_SHORT)), asked("27 {word} 01 02 03", aborted("{word}", TOO_LONG)), asked("23 {word} 01 02 03 04", aborted("{word}", TOO_LONG))] },
  { clause: "table 22", name: "a wrong size is refused before the data come", steps: [asked("21 {word} 03 00 00 00", aborted("{word}", TOO_LONG)), asked("21 {word} 01 00 00 00", aborted("{word}", TOO_SHORT)), asked("21 {word} FF FF FF FF", aborted("{word}", TOO_LONG)), asked("C2 {word} 03 00 00 00", aborted("{word}", TOO_LONG)), asked("C2 {word} 01 00 00 00", aborted("{word}", TOO_SHORT))] },
  { clause: "table 22", name: "a size that was not told is found wrong with the segments", steps: [asked("20 {word}", "60 {word}"), asked("09 01 02 03", aborted("{word}", TOO_LONG)), asked("20 {word}", "60 {word}"), asked("0D 01", aborted("{word}", TOO_SHORT))] },
  { clause: "table 22", name: "fewer bytes than were told are too short", steps: [asked("21 {free} 09 00 00 00", "60 {free}"), asked("00 01 02 03 04 05 06 07", "20"), asked("1D 08", aborted("{free}", TOO_SHORT))] },
  { clause: "table 22", name: "more bytes than were told are too long", steps: [asked("21 {free} 08 00 00 00", "60 {free}"), asked("00 01 02 03 04 05 06 07", "20"), asked("1B 08 09", aborted("{free}", TOO_LONG))] },
  { clause: "table 22", name: "a refused write leaves the value as it was", steps: [asked("2B {word} AA 55", "60 {word}"), asked("23 {word} 01 02 03 04", aborted("{word}", TOO_LONG)), asked("2F {word} 01", aborted("{word}", TOO_SHORT)), asked("40 {word}", "4B {word} AA 55")] },
  { clause: "table 22", name: "the error register is read-only, however one writes", steps: [asked("2F 01 10 00 01", aborted("01 10 00", READ_ONLY)), asked("21 01 10 00 01", aborted("01 10 00", READ_ONLY)), asked("20 01 10 00", aborted("01 10 00", READ_ONLY)), asked("C2 01 10 00 01", aborted("01 10 00", READ_ONLY)), asked("C0 01 10 00", aborted("01 10 00", READ_ONLY))] },
  { clause: "table 22", name: "access is judged before length", steps: [asked("23 01 10 00 01 02 03 04", aborted("01 10 00", READ_ONLY))] },
  { clause: "table 22", name: "an object that does not exist is told so, however one asks", steps: [asked("40 {gap}", aborted("{gap}", NO_OBJECT)), asked("2F {gap} 01", aborted("{gap}", NO_OBJECT)), asked("21 {gap} 09 00 00 00", aborted("{gap}", NO_OBJECT)), asked("A4 {gap} 7F", aborted("{gap}", NO_OBJECT)), asked("C6 {gap} 09 00 00 00", aborted("{gap}", NO_OBJECT))] },
  { clause: "table 22", name: "so is a sub-index", steps: [asked("40 18 10 05", aborted("18 10 05", NO_SUB_INDEX)), asked("40 00 10 01", aborted("00 10 01", NO_SUB_INDEX)), asked("40 18 10 FE", aborted("18 10 FE", NO_SUB_INDEX)), asked("2F 18 10 05 01", aborted("18 10 05", NO_SUB_INDEX)), asked("A4 18 10 05 7F", aborted("18 10 05", NO_SUB_INDEX)), asked("C6 18 10 05 01", aborted("18 10 05", NO_SUB_INDEX))] },
  { clause: "7.2.4.3.7", name: "what is longer than four bytes is read in segments with a toggle", steps: [TEXT_BEGUN, asked("60", "0. ..."), asked("70", "1. ..."), GIVE_UP] },
  { clause: "7.2.4.3.7", name: "reading a segment twice with the same toggle ends the upload", steps: [TEXT_BEGUN, asked("60", "00 ..."), asked("60", aborted("{text}", TOGGLE)), asked("70", aborted("00 00 00", COMMAND))] },
  { clause: "7.2.4.3.7", name: "a first segment with the toggle set ends the upload", steps: [TEXT_BEGUN, asked("70", aborted("{text}", TOGGLE))] },
  { clause: "7.2.4.3.4", name: "what is longer than four bytes is written in segments with a toggle, and read back", steps: [
    asked("21 {free} 11 00 00 00", "60 {free}"), asked("00 01 02 03 04 05 06 07", "20"), asked("10 08 09 0A 0B 0C 0D 0E", "30"), asked("09 0F 10 11", "20"),
    asked("40 {free}", "41 {free} 11 00 00 00"), asked("60", "00 01 02 03 04 05 06 07"), asked("70", "10 08 09 0A 0B 0C 0D 0E"), asked("60", "09 0F 10 11")] },
  { clause: "7.2.4.3.4", name: "a full last segment ends a download and an upload", steps: [
    asked("21 {free} 0E 00 00 00", "60 {free}"), asked("00 21 22 23 24 25 26 27", "20"), asked("11 28 29 2A 2B 2C 2D 2E", "30"),
    asked("40 {free}", "41 {free} 0E 00 00 00"), asked("60", "00 21 22 23 24 25 26 27"), asked("70", "11 28 29 2A 2B 2C 2D 2E"), asked("60", aborted("00 00 00", COMMAND))] },
  { clause: "7.2.4.3.4", name: "a segment may carry less than seven bytes in the middle", steps: [
    asked("20 {free}", "60 {free}"), asked("0C 31", "20"), asked("18 32 33 34", "30"), asked("07 35 36 37 38", "20"),
    asked("40 {free}", "41 {free} 08 00 00 00"), asked("60", "00 31 32 33 34 35 36 37"), asked("70", "1D 38")] },
  { clause: "7.2.4.3.4", name: "a segment twice with the same toggle ends the download, and nothing is written", steps: [
    asked("23 {free} 0A 0B 0C 0D", "60 {free}"), asked("20 {free}", "60 {free}"), asked("00 01 02 03 04 05 06 07", "20"), asked("00 01 02 03 04 05 06 07", aborted("{free}", TOGGLE)), asked("40 {free}", "43 {free} 0A 0B 0C 0D")] },
  { clause: "7.2.4.3.4", name: "a first segment with the toggle set ends the download", steps: [asked("20 {free}", "60 {free}"), asked("11 01 02 03 04 05 06 07", aborted("{free}", TOGGLE))] },
  { clause: "7.2.4.3.17", name: "an abort is not answered, and what was sent is not written", steps: [
    asked("23 {free} 0A 0B 0C 0D", "60 {free}"), asked("21 {free} 08 00 00 00", "60 {free}"), asked("00 01 02 03 04 05 06 07", "20"), asked("80 {free} 00 00 00 08"), asked("1D 08", aborted("00 00 00", COMMAND)), asked("40 {free}", "43 {free} 0A 0B 0C 0D")] },
  { clause: "7.2.4.3.17", name: "an abort without a transfer is not answered", steps: [asked("80 00 10 00 00 00 04 05"), asked("80")] },
  { clause: "7.2.4.3.17", name: "after an abort of an upload there are no more segments", steps: [TEXT_BEGUN, asked("60", "00 ..."), GIVE_UP, asked("70", aborted("00 00 00", COMMAND))] },
  { clause: "table 22", name: "a segment without a transfer is a command that is not valid", steps: [asked("60", aborted("00 00 00", COMMAND)), asked("70", aborted("00 00 00", COMMAND)), asked("00", aborted("00 00 00", COMMAND)), asked("10", aborted("00 00 00", COMMAND))] },
  { clause: "table 22", name: "a part of a block transfer without one is a command that is not valid", steps: [asked("A1", aborted("00 00 00", COMMAND)), asked("A2 01 7F", aborted("00 00 00", COMMAND)), asked("A3", aborted("00 00 00", COMMAND)), asked("C1", aborted("00 00 00", COMMAND))] },
  { clause: "table 22", name: "an unknown command is told so", steps: [asked("E0 00 10 00", aborted("00 10 00", COMMAND)), asked("FF 00 10 00", aborted("00 10 00", COMMAND))] },
  { clause: "table 22", name: "an unknown command ends the transfer", steps: [TEXT_BEGUN, asked("E0", aborted("{text}", COMMAND)), asked("60", aborted("00 00 00", COMMAND))] },
  { clause: "table 22", name: "a segment of the other direction ends the transfer", steps: [TEXT_BEGUN, asked("00", aborted("{text}", COMMAND)), asked("20 {free}", "60 {free}"), asked("60", aborted("{free}", COMMAND))] },
  { clause: "7.2.4.3.3", name: "a new beginning ends what had begun", steps: [TEXT_BEGUN, asked("60", "00 ..."), asked("40 00 10 00", "43 00 10 00 ..."), asked("70", aborted("00 00 00", COMMAND)), asked("20 {free}", "60 {free}"), asked("40 01 10 00", "4F 01 10 00 .."), asked("01 01 02 03 04 05 06 07", aborted("00 00 00", COMMAND))] },
  { clause: "7.2.4.3.6", name: "an upload that begins anew starts with its first segment", steps: [TEXT_BEGUN, asked("60", "00 ..."), TEXT_BEGUN, asked("60", "00 ..."), GIVE_UP] },
  { clause: "7.2.4.1", name: "frames of fewer than eight bytes are none", steps: [raw("40 00 10 00 00 00 00"), raw("40 00 10 00"), raw("40"), raw("")] },
  { clause: "7.2.4.3.13", name: "blocks of a size that does not exist are refused", steps: [asked("A4 {text} 00", aborted("{text}", BLOCK_SIZE)), asked("A4 {text} 80", aborted("{text}", BLOCK_SIZE)), asked("A4 {text} FF", aborted("{text}", BLOCK_SIZE))] },
  { clause: "7.2.4.3.8", name: "blocks are written with CRC, and read back", steps: [
    asked("C6 {free} 09 00 00 00", "A4 {free} .."), asked("01 31 32 33 34 35 36 37"), asked("82 38 39", "A2 02 .."), asked("D5 C3 31", "A1"),
    asked("A4 {free} 7F", "C6 {free} 09 00 00 00"), asked("A3", "01 31 32 33 34 35 36 37", "82 38 39"), asked("A2 02 7F", "D5 C3 31"), asked("A1")] },
  { clause: "7.2.4.3.16", name: "a wrong CRC ends a download, and nothing is written", steps: [
    asked("23 {free} 0A 0B 0C 0D", "60 {free}"), asked("C6 {free} 09 00 00 00", "A4 {free} .."), asked("01 31 32 33 34 35 36 37"), asked("82 38 39", "A2 02 .."), asked("D5 C2 31", aborted("{free}", CRC)), asked("40 {free}", "43 {free} 0A 0B 0C 0D")] },
  { clause: "7.2.4.3.16", name: "a client without CRC is not asked for one, and gets none", steps: [
    asked("C2 {free} 09 00 00 00", "A. {free} .."), asked("01 31 32 33 34 35 36 37"), asked("82 38 39", "A2 02 .."), asked("D5", "A1"),
    asked("A0 {free} 7F", "C. {free} 09 00 00 00"), asked("A3", "01 31 32 33 34 35 36 37", "82 38 39"), asked("A2 02 7F", "D5"), asked("A1")] },
  { clause: "7.2.4.3.9", name: "blocks may be written without their size", steps: [asked("C4 {free}", "A4 {free} .."), asked("01 31 32 33 34 35 36 37"), asked("82 38 39", "A2 02 .."), asked("D5 C3 31", "A1"), asked("40 {free}", "41 {free} 09 00 00 00"), asked("80 {free} 00 00 00 08")] },
  { clause: "7.2.4.3.10", name: "segments after a lost one are sent again", steps: [
    asked("C6 {free} 10 00 00 00", "A4 {free} .."), asked("01 01 02 03 04 05 06 07"), asked("83 0F 10", "A2 01 .."), asked("01 08 09 0A 0B 0C 0D 0E"), asked("82 0F 10", "A2 02 .."), asked("D5 E5 65", "A1"), asked("40 {free}", "41 {free} 10 00 00 00"), asked("60", "00 01 02 03 04 05 06 07"), asked("70", "10 08 09 0A 0B 0C 0D 0E"), asked("60", "0B 0F 10")] },
  { clause: "7.2.4.3.10", name: "where the first is lost, all are sent again", steps: [asked("C6 {free} 09 00 00 00", "A4 {free} .."), asked("82 38 39", "A2 00 .."), asked("01 31 32 33 34 35 36 37"), asked("82 38 39", "A2 02 .."), asked("D5 C3 31", "A1")] },
  { clause: "7.2.4.3.10", name: "a segment with number 0 ends a download", steps: [asked("C6 {free} 09 00 00 00", "A4 {free} .."), asked("00 31 32 33 34 35 36 37", aborted("{free}", SEQUENCE))] },
  { clause: "7.2.4.3.17", name: "between the segments of a block an abort is one", steps: [asked("C6 {free} 09 00 00 00", "A4 {free} .."), asked("01 31 32 33 34 35 36 37"), asked("80 {free} 00 00 00 08"), asked("82 38 39", aborted("00 00 00", COMMAND))] },
  { clause: "table 22", name: "blocks of more bytes than were told are too long", steps: [asked("C6 {free} 08 00 00 00", "A4 {free} .."), asked("01 31 32 33 34 35 36 37"), asked("82 38 39", "A2 02 .."), asked("D5 C3 31", aborted("{free}", TOO_LONG))] },
  { clause: "table 22", name: "blocks of fewer bytes than were told are too short", steps: [asked("C6 {free} 0A 00 00 00", "A4 {free} .."), asked("01 31 32 33 34 35 36 37"), asked("82 38 39", "A2 02 .."), asked("D5 C3 31", aborted("{free}", TOO_SHORT))] },
  { clause: "7.2.4.3.14", name: "an upload in blocks of one segment", steps: [
    asked("C6 {free} 09 00 00 00", "A4 {free} .."), asked("01 31 32 33 34 35 36 37"), asked("82 38 39", "A2 02 .."), asked("D5 C3 31", "A1"),
    asked("A4 {free} 01", "C6 {free} 09 00 00 00"), asked("A3", "01 31 32 33 34 35 36 37"), asked("A2 01 01", "81 38 39"), asked("A2 01 01", "D5 C3 31"), asked("A1")] },
  { clause: "7.2.4.3.14", name: "the server repeats what has not come, in blocks of the size that the client then wants", steps: [
    asked("C6 {free} 09 00 00 00", "A4 {free} .."), asked("01 31 32 33 34 35 36 37"), asked("82 38 39", "A2 02 .."), asked("D5 C3 31", "A1"),
    asked("A4 {free} 7F", "C6 {free} 09 00 00 00"), asked("A3", "01 31 32 33 34 35 36 37", "82 38 39"), asked("A2 00 01", "01 31 32 33 34 35 36 37"), asked("A2 01 05", "81 38 39"), asked("A2 00 7F", "81 38 39"), asked("A2 01 7F", "D5 C3 31"), asked("A1")] },
  { clause: "7.2.4.3.14", name: "more segments than were sent cannot have come", steps: [asked("A4 {text} 01", "C6 {text} .. .. 00 00"), asked("A3", "01 ..."), asked("A2 02 01", aborted("{text}", SEQUENCE))] },
  { clause: "7.2.4.3.14", name: "the next block needs a size as well", steps: [asked("A4 {text} 01", "C6 {text} .. .. 00 00"), asked("A3", "01 ..."), asked("A2 01 00", aborted("{text}", BLOCK_SIZE)), asked("A4 {text} 01", "C6 {text} .. .. 00 00"), asked("A3", "01 ..."), asked("A2 01 80", aborted("{text}", BLOCK_SIZE))] },
  { clause: "7.2.4.3.13", name: "blocks are not sent before they are started, and not ended before they were", steps: [asked("A4 {text} 7F", "C6 {text} .. .. 00 00"), asked("A2 01 7F", aborted("{text}", COMMAND)), asked("A4 {text} 01", "C6 {text} .. .. 00 00"), asked("A1", aborted("{text}", COMMAND)), asked("A4 {text} 01", "C6 {text} .. .. 00 00"), asked("A3", "01 ..."), asked("A3", aborted("{text}", COMMAND))] },
  { clause: "7.2.4.3.13", name: "up to the size that the client names the server may do without blocks, and does not above", steps: [
    asked("21 {free} 09 00 00 00", "60 {free}"), asked("00 31 32 33 34 35 36 37", "20"), asked("1B 38 39", "30"), asked("A4 {free} 7F 08", "C6 {free} 09 00 00 00"), asked("80 {free} 00 00 00 08")] },
];
