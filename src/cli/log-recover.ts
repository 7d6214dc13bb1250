// bms log recover: everything that can still be read of a damaged or unfinished log, and of the tail beside it, written
// anew as a finished file that any viewer opens. Messages keep their numbers, so that what is missing still shows. The
// damaged file itself is left as it is.

import { closeSync, openSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isoTime } from "../base/calendar.ts";
import { compressPlain } from "../device/log-compression.ts";
import type { OnLost } from "../log/log-file.ts";
import { salvageLog } from "../log/salvage.ts";
import { spanOf } from "../log/tailed-log.ts";
import { durationText } from "../sim/scenario/duration.ts";
import { findLogs, isOfSystem, recoveredName } from "./log-source.ts";
import { countMessages, type OpenedLog, openAll } from "./open-log.ts";
import { UsageError } from "./usage-error.ts";

type Options = { readonly output?: string; readonly json?: boolean };

type Recovered = {
  readonly file: string;
  readonly output: string;
  readonly messages: number;
  readonly fromTail: number;
  readonly from: string;
  readonly to: string;
  readonly duration_s: number;
  readonly bytes: number;
  /** Bytes of the file and its tail that could not be used. */
  readonly lostBytes: number;
  /** One line for each thing that was wrong. */
  readonly problems: readonly string[];
};

export function logRecover(file: string, options: Options): void {
  const places = findLogs([file]);
  if (places.length !== 1 || places[0]!.path !== file)
    throw new UsageError(`name one file to recover; ${file} is a folder`);
  const [log] = openAll(places);
  const output = options.output ?? join(dirname(file), recoveredName(places[0]!.stem));
  if (resolve(output) === resolve(file)) throw new UsageError("--output must be another file than the damaged one");
  try {
    const recovered = recover(log!, output);
    process.stdout.write(options.json === true ? `${JSON.stringify(recovered)}\n` : `${recoveredText(recovered)}\n`);
  } catch (error) {
    throw isOfSystem(error) ? new UsageError(`cannot write ${output}: ${(error as Error).message}`) : error;
  } finally {
    log!.close();
  }
}

function recover(log: OpenedLog, output: string): Recovered {
  const { damage, size } = log.log;
  const problems: string[] = damage === undefined ? [] : [`at byte ${damage.offset}: ${damage.reason}`];
  let lostBytes = (damage?.lostBytes ?? 0) + log.tornBytes;
  if (log.tornBytes > 0) problems.push(`the tail is torn: its last ${log.tornBytes} bytes cannot be used`);
  write(output, log, ({ offset, length }, reason) => {
    problems.push(`chunk at byte ${offset}: ${reason}`);
    lostBytes += length;
  });
  const { first_us, last_us } = spanOf(log);
  return {
    file: log.place.path,
    output,
    messages: messagesIn(output),
    fromTail: log.tail.length,
    from: isoTime(first_us),
    to: isoTime(last_us),
    duration_s: (last_us - first_us) / 1e6,
    bytes: size + log.tailBytes,
    lostBytes,
    problems,
  };
}

function write(output: string, { log, tail }: OpenedLog, onLost: OnLost): void {
  const descriptor = openSync(output, "w");
  try {
    for (const part of salvageLog(log, tail, compressPlain, onLost))
      for (let done = 0; done < part.length; ) done += writeSync(descriptor, part, done);
  } finally {
    closeSync(descriptor);
  }
}

/** Of the file that was written, as its readers will find them. */
function messagesIn(output: string): number {
  const [log] = openAll(findLogs([output]));
  const messages = [...countMessages(log!).values()].reduce((sum, count) => sum + count, 0);
  log!.close();
  return messages;
}

function recoveredText({
  output,
  messages,
  fromTail,
  from,
  to,
  duration_s,
  bytes,
  lostBytes,
  problems,
}: Recovered): string {
  const tail = fromTail > 0 ? `, ${fromTail.toLocaleString("en")} of them from its tail` : "";
  return [
    `${output}: ${messages.toLocaleString("en")} messages${tail}`,
    `  ${from} to ${to}, ${durationText(duration_s)}`,
    `  ${lostBytes.toLocaleString("en")} of ${bytes.toLocaleString("en")} bytes could not be used`,
    ...problems.map((problem) => `  ${problem}`),
  ].join("\n");
}
