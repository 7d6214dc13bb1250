// Carries the rows of the conformance suite out against a server, whatever it is reached by, and tells each step that was
// not answered as the standard has it.

import { type Addresses, bytesOf, hexOf, isExpected } from "../modbus/conformance.ts";
import { CONFORMANCE_ROWS, type ConformanceRow, type Step } from "../modbus/conformance-rows.ts";

/** A server under test. */
export type Subject = {
  /** rtu: the frames of a serial line over TCP, where silence means nothing and a wrong frame ends the connection. */
  readonly link: "serial" | "rtu" | "tcp";
  readonly unit: number;
  readonly addresses: Addresses;
  readonly exchange: (unit: number, pdu: Uint8Array) => Promise<Exchange>;
  /**
   * Bytes as they are, in pieces with pauses of so many characters, and what came back.
   * @param isAnswered whether an answer is worth waiting for
   */
  readonly raw: (pieces: readonly Uint8Array[], pause_chars: number, isAnswered: boolean) => Promise<Heard>;
  /** Before each row: a new connection where the last one was closed. */
  readonly begin: () => Promise<void>;
};

/** The answer's PDU; undefined: none came; or what was wrong with the line. */
export type Exchange = Uint8Array | undefined | { readonly trouble: string };

/** `overlong`: the pauses were not as they should be, and in what way; a busy machine cannot always keep a short one. */
export type Heard = { readonly bytes: Uint8Array; readonly isClosed: boolean; readonly overlong?: string | undefined };

/** Neither: it holds. `notJudged`: why this says nothing of the server: this machine could not do what it takes. */
export type Verdict = { readonly failure?: string | undefined; readonly notJudged?: string | undefined };
export type RowResult = Verdict & { readonly row: ConformanceRow };

/** Over RTU over TCP all rows of a serial line hold but those about silences and wrong frames. */
function applies(row: ConformanceRow, link: Subject["link"]): boolean {
  if (row.link === "any" || row.link === link) return true;
  return link === "rtu" && row.link === "serial" && row.steps.every((step) => !("serial" in step));
}

/** Rows that a link has. */
export const rowsFor = (link: Subject["link"]): readonly ConformanceRow[] =>
  CONFORMANCE_ROWS.filter((row) => applies(row, link));

export async function runRow(subject: Subject, row: ConformanceRow): Promise<RowResult> {
  await subject.begin();
  for (const [i, step] of row.steps.entries()) {
    const { failure, notJudged } = await runStep(subject, step);
    if (failure !== undefined) {
      await wake(subject);
      return { row, failure: `step ${i + 1}: ${failure}` };
    }
    if (notJudged !== undefined) return { row, notJudged: `step ${i + 1}: ${notJudged}` };
  }
  return { row };
}

const RESTART = Uint8Array.of(8, 0, 1, 0, 0);

/** A row that broke off may have left a server that only listens, and none of those after it would hold (V1.1b3, 6.8.1). */
async function wake({ link, unit, exchange }: Subject): Promise<void> {
  if (link !== "tcp") await exchange(unit, RESTART);
}

const RESERVED_UNIT = 248;

async function runStep(subject: Subject, step: Step): Promise<Verdict> {
  if ("serial" in step) return judgeSerial(subject, step);
  if ("tcp" in step) return { failure: await judgeTcp(subject, step) };
  const units = { broadcast: 0, foreign: subject.unit === 1 ? 2 : 1, reserved: RESERVED_UNIT };
  const unit = "unit" in step ? units[step.unit] : subject.unit;
  const pdu = bytesOf(step.pdu, subject.addresses, subject.unit);
  const answer = await subject.exchange(unit, pdu);
  if (answer !== undefined && "trouble" in answer)
    return { failure: `to ${hexOf(pdu).slice(0, 60)}: ${answer.trouble}` };
  return { failure: judge(subject, step.answer, answer, hexOf(pdu)) };
}

function judge(
  { addresses, unit }: Subject,
  expected: string,
  answer: Uint8Array | undefined,
  asked: string,
): string | undefined {
  if (isExpected(expected, answer, addresses, unit)) return undefined;
  const got = answer === undefined || answer.length === 0 ? "no answer" : hexOf(answer);
  return `to ${asked.slice(0, 60)} came ${got}, expected ${expected}`;
}

async function judgeSerial(
  subject: Subject,
  step: Extract<Step, { readonly serial: readonly string[] }>,
): Promise<Verdict> {
  const whole = bytesOf(step.serial.join(" "), subject.addresses, subject.unit);
  const pieces = split(
    whole,
    step.serial.map((text) => bytesOf(text, subject.addresses, subject.unit).length),
  );
  const { bytes, overlong } = await rawKept(subject, pieces, step.pause_chars, step.answer !== "none");
  if (overlong !== undefined) return { notJudged: overlong };
  const pdu = bytes.length < 4 ? undefined : bytes.slice(1, -2);
  return { failure: judge(subject, step.answer, pdu, hexOf(whole)) };
}

async function judgeTcp(
  subject: Subject,
  step: Extract<Step, { readonly tcp: readonly string[] }>,
): Promise<string | undefined> {
  const pieces = step.tcp.map((text) => bytesOf(text, subject.addresses, subject.unit));
  const { bytes, isClosed } = await subject.raw(pieces, 0, step.answer !== "none");
  const asked = hexOf(Buffer.concat(pieces));
  if (step.answer !== "closed") return judge(subject, step.answer, bytes, asked);
  return isClosed && bytes.length === 0 ? undefined : `to ${asked.slice(0, 60)} the connection was not closed`;
}

const TRIES = 20;

/** A try whose pauses were too long says nothing, and is made again: it ends when one was kept, or with the last of them. */
async function rawKept(
  subject: Subject,
  pieces: readonly Uint8Array[],
  pause_chars: number,
  isAnswered: boolean,
): Promise<Heard> {
  for (let tries = 1; ; tries++) {
    const heard = await subject.raw(pieces, pause_chars, isAnswered);
    if (heard.overlong === undefined || tries === TRIES) return heard;
  }
}

function split(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  let at = 0;
  return lengths.map((length) => {
    at += length;
    return bytes.slice(at - length, at);
  });
}
