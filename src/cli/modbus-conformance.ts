// bms modbus conformance: the suite against any Modbus server, a row at a time. Another device has other registers: where
// they are is told with options, and rows that need what it does not have fail.

import type { Command } from "commander";
import type { ModbusClient } from "../device/modbus-client.ts";
import { type Addresses, OWN_ADDRESSES } from "../modbus/conformance.ts";
import type { ConformanceRow, Placeholder } from "../modbus/conformance-rows.ts";
import { type RtuTiming, rtuTiming } from "../modbus/rtu-timing.ts";
import {
  type Exchange,
  type Heard,
  type RowResult,
  rowsFor,
  runRow,
  type Subject,
  type Verdict,
} from "./conformance-runner.ts";
import { type Connection, connectTo, type TargetOptions, targetOf, wholeNumber, withTarget } from "./modbus-target.ts";
import { UsageError } from "./usage-error.ts";

type Options = TargetOptions & Partial<Record<Placeholder, string>> & { readonly only?: string };

const PLACES: Readonly<Record<Placeholder, string>> = {
  hold: "three holding registers that can be read",
  write: "three that can be written freely",
  input: "three input registers",
  coil: "three coils that can be written freely",
  discrete: "three discrete inputs",
  gap: "an address where no table has anything",
  readonly: "a holding register that cannot be written",
};

export function registerConformance(modbus: Command): void {
  const command = withTarget(
    modbus.command("conformance").description("Hold a server against the standard, row by row."),
  ).option("--only <words>", "only rows whose name or clause contains this");
  for (const [name, help] of Object.entries(PLACES))
    command.option(`--${name} <address>`, `where the server has ${help}`);
  command.action(async (target: string, options: Options) => {
    const rows = rowsFor(targetOf(target, options).framing).filter(({ name, clause }) =>
      `${clause} ${name}`.includes(options.only ?? ""),
    );
    if (rows.length === 0) throw new UsageError(`no row contains "${options.only}"`);
    const subject = await subjectOf(target, options, addressesOf(options));
    try {
      process.exitCode = (await runAll(subject, rows, options.json === true)) === 0 ? 0 : 1;
    } finally {
      await subject.end();
    }
  });
}

/** How many rows do not hold. */
async function runAll(subject: Subject, rows: readonly ConformanceRow[], isJson: boolean): Promise<number> {
  const counts = { holds: 0, fails: 0, notJudged: 0 };
  for (const row of rows) {
    const result = await runRow(subject, row);
    counts[kindOf(result)]++;
    process.stdout.write(isJson ? `${JSON.stringify(resultJson(result))}\n` : resultLine(result));
  }
  const notJudged = counts.notJudged === 0 ? "" : `, ${counts.notJudged} not judged`;
  if (!isJson) process.stdout.write(`${counts.holds} of ${rows.length} rows hold${notJudged}\n`);
  return counts.fails;
}

const kindOf = ({ failure, notJudged }: Verdict): "holds" | "fails" | "notJudged" =>
  failure !== undefined ? "fails" : notJudged !== undefined ? "notJudged" : "holds";

const HOLDS = { holds: true, fails: false, notJudged: null } as const;
const resultJson = ({ row: { name, clause }, ...why }: RowResult): object => ({
  ...{ name, clause, holds: HOLDS[kindOf(why)] },
  ...why,
});

const SIGNS = { holds: "✓", fails: "✗", notJudged: "–" } as const;
function resultLine(result: RowResult): string {
  const { row, failure, notJudged } = result;
  const why = failure ?? (notJudged === undefined ? undefined : `not judged: ${notJudged}`);
  return `${SIGNS[kindOf(result)]} ${row.name} (${row.clause})${why === undefined ? "" : `\n    ${why}`}\n`;
}

function addressesOf(options: Options): Addresses {
  const given = Object.entries(PLACES).flatMap(([name]) => {
    const text = options[name as Placeholder];
    return text === undefined ? [] : [[name, wholeNumber(`--${name}`, text, 0, 0xffff)] as const];
  });
  return { ...OWN_ADDRESSES, ...Object.fromEntries(given) };
}

/** A server reached over a port. How long silence must last to be one depends on the line's speed. */
async function subjectOf(
  target: string,
  options: Options,
  addresses: Addresses,
): Promise<Subject & { readonly end: () => Promise<void> }> {
  let connection = await connectTo(target, options);
  const { unit } = connection;
  connection.client.awaitsLate = false;
  const place = targetOf(target, options);
  const timing = rtuTiming(place.framing === "serial" ? place.format : { baud: 19_200, parity: "none", stopBits: 1 });
  const silence_ms = SILENCE_ms + Math.ceil((2 * timing.between_us) / 1000);
  const reconnect = async (): Promise<void> => {
    const { isClosed } = await connection.client.heardRaw(0);
    if (!isClosed) return;
    connection = await connectTo(target, options);
    connection.client.awaitsLate = false;
  };
  return {
    ...{ link: place.framing, unit, addresses, begin: reconnect },
    exchange: (asked, pdu) => exchange(connection, asked, pdu, silence_ms),
    raw: (pieces, pause_chars, isAnswered) =>
      raw(connection.client, pieces, { pause_chars, timing, silence_ms, isAnswered }),
    end: () => connection.client.close(),
  };
}

/** What a server on a busy machine may take to answer. */
const SILENCE_ms = 50;

async function exchange(
  { client, unit }: Connection,
  asked: number,
  pdu: Uint8Array,
  silence_ms: number,
): Promise<Exchange> {
  const isOurs = asked === unit;
  if (asked === 0 && client.framing !== "tcp") {
    await client.request(asked, pdu);
    const { bytes } = await client.heardRaw(silence_ms);
    return bytes.length === 0 ? undefined : bytes;
  }
  const answer = await client.request(asked, pdu, isOurs ? 10 * silence_ms : silence_ms);
  if (answer.ok) return answer.pdu;
  const { kind, code } = answer.failure;
  if (kind === "exception") return Uint8Array.of(pdu[0]! | 0x80, code);
  return kind === "silent" ? undefined : { trouble: answer.failure.message };
}

type RawOptions = {
  readonly pause_chars: number;
  readonly timing: RtuTiming;
  readonly silence_ms: number;
  readonly isAnswered: boolean;
};

/** A pause of so many characters ends a frame; as it may be longer, it is made safely so. */
const ENDS_FRAME_chars = 3.5;

async function raw(client: ModbusClient, pieces: readonly Uint8Array[], options: RawOptions): Promise<Heard> {
  const { pause_chars, timing, silence_ms, isAnswered } = options;
  const pause_us = pause_chars * timing.character_us;
  const isShort = pause_chars < ENDS_FRAME_chars;
  await client.heardRaw(0);
  const heard: Uint8Array[] = [];
  let longest_us = 0;
  let sending_us = now_us();
  for (const [i, piece] of pieces.entries()) {
    if (i > 0 && isShort) await exactly(pause_us);
    else if (i > 0) heard.push((await client.heardRaw(Math.ceil(pause_us / 1000) + SILENCE_ms)).bytes);
    const before_us = sending_us;
    sending_us = now_us();
    client.sendRaw(piece);
    if (i > 0) longest_us = Math.max(longest_us, now_us() - before_us);
  }
  const { bytes, isClosed } = await answerTo(client, silence_ms, isAnswered);
  const overlong = isShort && longest_us > timing.inside_us ? overlongWords(longest_us, timing) : undefined;
  return { bytes: Buffer.concat([...heard, bytes]), isClosed, overlong };
}

const now_us = (): number => 1000 * performance.now();

/** Timers come up to 1 ms and more late: the last stretch is spent awake. */
const AWAKE_us = 2000;

async function exactly(pause_us: number): Promise<void> {
  const end_us = now_us() + pause_us;
  if (pause_us > 2 * AWAKE_us)
    await new Promise((resolve) => setTimeout(resolve, Math.floor((pause_us - AWAKE_us) / 1000)));
  while (now_us() < end_us);
}

const overlongWords = (longest_us: number, { inside_us }: RtuTiming): string =>
  `this machine paused ${inMs(longest_us)} inside a frame, where ${inMs(inside_us)} are allowed`;
const inMs = (time_us: number): string => `${(time_us / 1000).toFixed(2)} ms`;

/** What comes within the time of silence; where an answer is expected, up to ten times that. */
async function answerTo(
  client: ModbusClient,
  silence_ms: number,
  isAnswered: boolean,
): Promise<Pick<Heard, "bytes" | "isClosed">> {
  for (let waits = 1; ; waits++) {
    const { bytes, isClosed } = await client.heardRaw(silence_ms);
    if (bytes.length > 0 || isClosed || !isAnswered || waits === 10) return { bytes, isClosed };
  }
}
