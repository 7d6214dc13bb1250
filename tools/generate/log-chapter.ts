// docs/log-format.md: the log's file format for people. The tables of topics, steps and records come from the code that writes them.

import { RESOLUTIONS } from "../../src/log/resolution.ts";
import { TOPIC_NAMES, TOPICS } from "../../src/log/topics.ts";
import { HEADER, table } from "./markdown.ts";

const topics = (): string =>
  table(
    ["Topic", "Written as", "Chunks", "What"],
    TOPIC_NAMES.map((name) => {
      const { encoding, stream, help } = TOPICS[name];
      return [`\`${name}\``, encoding === "json" ? "JSON" : "bytes", stream, help];
    }),
  );

const steps = (): string =>
  table(
    ["Unit", "Step"],
    Object.entries(RESOLUTIONS).map(([unit, step]) => [unit, String(step)]),
  );

/** The whole page. */
export const logChapter = (): string => `${HEADER}
# The log's format

The device writes what it measures, decides and is told into files \`log/*.mcap\` of its data folder: a new one with each UTC day, each
start, and at a size (settings \`sdCard.*\`). The format is [MCAP](https://mcap.dev): open, append-only, self-describing, with checksums. Free
viewers open the files as they are, and there are libraries for C++, Go, Python, Rust, Swift and TypeScript. Our own tools have
[a page of theirs](log-tools.md).

## Look at it

- \`bms log info data\` tells what there is; \`bms log tail -f\` follows the device; \`bms log export\` makes CSV and Parquet.
- **Foxglove**: *Open local file*, then a *Plot* panel with the path \`/state.current_A\` or \`/state.cells_V[0]\`, a *State
  Transitions* panel with \`/state.mode\`, a *Raw Messages* panel with \`/events\`. Names, units and words of codes come from the file.
- **PlotJuggler**: *File → Load data*, choose the topic \`/state\`; every number is a curve, lists are numbered.

A file that is still being written opens too: a viewer shows the chunks that are in it, up to ten minutes less than there is. The
newest records are in the tail beside it, which \`bms log\` reads as well.

## Topics

${topics()}

Plain topics and those of the recorder never share a chunk: whoever draws a curve need not unpack the recorder. Every file begins
with all settings (without secrets), and carries serial number, manufacturer, program, pack and clock quality in its metadata \`bms\`.

Times are nanoseconds since 1970, UTC, whole microseconds. Messages stand in the order in which they were written: when the wall clock
is set back, times go back with it. Each topic counts its messages in a file from 0 (\`sequence\`), so that a missing one shows.

## Rows of /state and /frame

One flat JSON object: signal name to number, or to a list with one number per cell, thermistor, output or input. Cells count from 0.
Flags are 0 and 1, codes are numbers; the schema in the file has their words. What is no number, because it has not been measured, is
\`null\`. Whether a number is believed is said by signals of its own (\`cellValid\`, \`currentValid\` and the like).

Real numbers and times are rounded to a step, and a number that has not left the written one by more than three quarters of its step
stays as it was written. So a number in the log is never further from the signal than three quarters of this:

${steps()}

Some signals have a step of their own: column "Logged to" in [Signals](signals.md). Whole numbers, flags and codes are exact. What has to
be exact to the last bit is in the recorder's topics, from which \`bms replay\` computes everything again. Their bytes are described at the
head of \`start.ts\`, \`inputs.ts\` and \`freeze-frame.ts\` in \`src/replay\`, and why they are so in [decision 7](decisions/0007-replay.md).

Numbers keep their width (blanks before them) and keys their order, what changes often first. A row so differs from the one before in a
few digits at the same places, and 9.5 kB of text take about 40 bytes in a packed chunk.

## The file, byte by byte

As [the specification](https://mcap.dev/spec) has it, with these choices:

1. Magic, header (profile \`bms-mini\`), metadata \`bms\`.
2. A first chunk with the schemas, the channels, and the settings as first message of \`/settings\`.
3. Chunks of up to ten minutes, packed with Zstandard, each with its CRC-32, followed by an index of its messages for each topic and,
   after a plain one, by its extremes (below).
4. The attachment \`summary\`, end of data, summary section, footer, magic: only in a finished file.

| Record | Content |
|---|---|
| opcode 0x80 | CRC-32 of what follows (u32), then JSON: a list of \`[signal, length, step]\`; length 0 is one plain number, step 0 counts as 1 |
| opcode 0x81 | CRC-32 of what follows (u32), first and last time in µs (u64, u64), flags (u8; 1: packed with Zstandard), length when unpacked (u32), then for each number of the last 0x80: largest less least plus one, or 0 where there was none, and the least, in steps |
| attachment \`summary\` | the JSON of 0x80 with its length before it; number of chunks; first time and length of each; for each number of the signals the length of its part; the parts: how many chunks are like the one before, then change of the least value and largest less least plus one, and so on |

Numbers in these are unsigned LEB128; differences and least values are folded (0, -1, 1, -2 … as 0, 1, 2, 3 …). Opcodes from 0x80 on are
free for such use; every reader steps over what it does not know. From the extremes a month is drawn without unpacking a row.

## The tail

Beside a file that is not finished lies \`<name>.tail\`: each record that still waits for its chunk, as a frame. It is synced every
\`sdCard.sync_s\`, trips at once; when the chunk is on the medium the tail is emptied. All little-endian:

| Bytes | What |
|---|---|
| 4 | length of the frame, all of it |
| 4 | CRC-32 of everything behind it |
| 1 | topic, by its place in the table above, from 1 |
| 1 | flags; 1: packed with Zstandard, with the record before of the same topic as dictionary |
| 4 | sequence: the number that the message gets in the file |
| 8 | time, microseconds since 1970 (IEEE 754) |
| … | the message |

## After a cut

At the next start the device cuts the file behind its last whole chunk, adds the frames of the tail that are not yet in it (by their
sequence), writes the end and removes the tail. Nothing that was synced is lost, nothing is there twice. Where a chunk, or a length in
front of it, is damaged, that chunk is lost and the ones after it are not. \`bms log verify\` checks every CRC, \`bms log recover\` writes a
clean copy of what can be read, and a gap is marked by a message on \`/gap\` with times and reason.

## Size

With 18 cells at 1 Hz a day takes 5 MB (58 bytes a second, all included) under the load of a house, 6.3 MB while driving;
\`npm run bench -- log\` measures it. Of the 58 bytes, 16 are the index that viewers need, 2 the extremes and the file's
beginning and end. Why it is so: [decision 5](decisions/0005-log.md).
`;
