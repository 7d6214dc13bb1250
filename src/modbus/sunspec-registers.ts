// SunSpec's chain of models as holding registers: the mark "SunS", then each model with its number and length, then the end
// (SunSpec Device Information Model Specification). Rows are in sunspec-points.ts. The high word always comes first here,
// whatever the setting of the word order, and what is not implemented or not known reads as the standard's value for it.

import { assert } from "../base/assert.ts";
import type { Register, View } from "./register.ts";
import { type Model, type NumberPoint, type Point, type ScalePoint, SUNSPEC_MODELS } from "./sunspec-points.ts";
import { putNumber, putText, type WireType, widthOf } from "./words.ts";

/** One of the three addresses at which clients look for the mark: 0, 40000, 50000. */
const BASE = 40_000;
const MARK = 0x5375_6e53;
const END = 0xffff;
const HEADER_WORDS = 2;

const WIRE = {
  uint16: "U16",
  int16: "S16",
  uint32: "U32",
  bitfield32: "BITS32",
  enum16: "U16",
  string: "TEXT",
  sunssf: "S16",
  pad: "S16",
} as const satisfies Record<Point["type"], WireType>;

/** The greatest raw number: one less than what says "not implemented", where that is the greatest. */
const MOST = {
  uint16: 0xfffe,
  int16: 0x7fff,
  uint32: 0xffff_fffe,
  bitfield32: 0xffff_fffe,
  enum16: 0xfffe,
} as const satisfies Record<NumberPoint["type"], number>;

const wordsOf = (point: Point): number => (point.type === "string" ? point.words : widthOf(WIRE[point.type]));

/** Points of the model and of its string, with offsets from the model's number. */
function pointsOf({ points, string = [] }: Model): readonly Point[] {
  const first = endOf(points);
  return [...points, ...string.map((point) => ({ ...point, offset: first + point.offset }))];
}

const endOf = (points: readonly Point[]): number => {
  const last = points.at(-1)!;
  return last.offset + wordsOf(last);
};

type Reading = Pick<Register, "type" | "unit" | "help" | "read"> &
  Partial<Pick<Register, "words" | "written" | "scale">>;

const register = (address: number, name: string, reading: Reading): Register => ({
  ...{ table: "holding", map: "sunspec", address, words: widthOf(reading.type), count: 1, name, source: "O" },
  ...reading,
});

/** A number that never changes; not a number for what is not implemented. */
const constant = (type: WireType, value: number, help: string): Reading => ({
  ...{ type, unit: "none", help },
  read: (_, __, out) => putNumber(out, 0, type, value, false),
});

function readingOf(point: Point, points: readonly Point[]): Reading {
  switch (point.type) {
    case "string":
      return {
        ...{ type: "TEXT", words: point.words, unit: "none", help: point.help },
        read: (view, _, out) => putText(out, 0, point.words, point.text(view)),
      };
    case "sunssf":
      return constant("S16", point.exponent, `Power of ten of ${scaledBy(point, points)}.`);
    case "pad":
      return constant("S16", Number.NaN, "Fills up.");
    default:
      return numberReading(point, points);
  }
}

const scaledBy = ({ name }: ScalePoint, points: readonly Point[]): string =>
  points.flatMap((point) => ("sf" in point && point.sf === name ? [point.name] : [])).join(", ");

/** The raw number is the value over the scale, rounded, held at the ends of its type. */
function numberReading(point: NumberPoint, points: readonly Point[]): Reading {
  const { value, written, unit = "none" } = point;
  const type = WIRE[point.type];
  if (value === undefined) return { ...constant(type, Number.NaN, `${point.help} Not implemented.`), unit };
  const scale = scaleOf(point, points);
  const most = MOST[point.type];
  const rawOf = (view: View): number => Math.min(most, (value(view) ?? Number.NaN) / scale);
  return {
    ...{ type, unit, scale, help: scale === 1 ? point.help : `${point.help} In steps of ${scale}.` },
    ...(written === undefined ? {} : { written }),
    read: (view, _, out) => putNumber(out, 0, type, rawOf(view), false),
  };
}

function scaleOf({ sf }: NumberPoint, points: readonly Point[]): number {
  if (sf === undefined) return 1;
  const factor = points.find(({ name }) => name === sf);
  assert(factor?.type === "sunssf", "the model has the scale factor that a point names");
  return 10 ** factor.exponent;
}

function modelRegisters(model: Model, first: number): readonly Register[] {
  const { id } = model;
  const points = pointsOf(model);
  return [
    register(first, `${id}.ID`, constant("U16", id, "Number of the model.")),
    register(
      first + 1,
      `${id}.L`,
      constant("U16", endOf(points) - HEADER_WORDS, "Registers of the model behind this one."),
    ),
    ...points.map((point) => register(first + point.offset, `${id}.${point.name}`, readingOf(point, points))),
  ];
}

function chain(): readonly Register[] {
  const registers = [register(BASE, "SunS", constant("U32", MARK, "The letters SunS: here SunSpec's models begin."))];
  let next = BASE + 2;
  for (const model of SUNSPEC_MODELS) {
    registers.push(...modelRegisters(model, next));
    next += endOf(pointsOf(model));
  }
  registers.push(register(next, "end.ID", constant("U16", END, "No more models.")));
  registers.push(register(next + 1, "end.L", constant("U16", 0, "Length of the end.")));
  return registers;
}

export const SUNSPEC_REGISTERS: readonly Register[] = chain();
