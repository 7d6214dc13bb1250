// Rows of a log as a Parquet file (parquet.apache.org/docs/file-format), for pandas, DuckDB and the like: a time stamp in
// UTC microseconds, doubles, whole numbers, flags, and words as dictionaries. Rows leave memory group by group, so that a
// log of any length needs the room of one group only.

import { fileWriter, ParquetWriter } from "hyparquet-writer";
import { type Column, type ColumnKind, columnValue, type LogRow } from "../log/table.ts";

type Cell = number | bigint | string | boolean | null;
type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];

/** Rows of a group: about 4096 x 700 values are in memory at a time. */
const GROUP_ROWS = 4096;

/** An open Parquet file. `open` and the others throw the file system's error where it cannot be written. */
export class ParquetFile {
  rows = 0;
  readonly #writer: ParquetWriter;
  readonly #columns: readonly Column[];
  #times_us: bigint[] = [];
  #cells: Cell[][];

  private constructor(writer: ParquetWriter, columns: readonly Column[]) {
    this.#writer = writer;
    this.#columns = columns;
    this.#cells = columns.map(() => []);
  }

  /**
   * @param notes what else the file should tell about itself (serial number, program), by name
   * @param numbered indexes are numbers as printed on the headers, and the units say so
   */
  static open(
    path: string,
    columns: readonly Column[],
    notes: Readonly<Record<string, string>>,
    numbered = false,
  ): ParquetFile {
    const units = Object.fromEntries(columns.map((column) => [column.name, unitOf(column, numbered)]));
    const writer = new ParquetWriter({
      writer: fileWriter(path),
      schema: schemaOf(columns),
      codec: "SNAPPY", // the one that every reader knows
      kvMetadata: Object.entries({ ...notes, units: JSON.stringify(units) }).map(([key, value]) => ({ key, value })),
      createdBy: "bms-mini",
    });
    return new ParquetFile(writer, columns);
  }

  /** `time_us`: microseconds since 1970, integer. */
  add(time_us: number, row: LogRow): void {
    this.#times_us.push(BigInt(time_us));
    for (let i = 0; i < this.#columns.length; i++) this.#cells[i]!.push(cellOf(this.#columns[i]!, row));
    this.rows++;
    if (this.#times_us.length >= GROUP_ROWS) this.#writeGroup();
  }

  close(): void {
    if (this.#times_us.length > 0) this.#writeGroup();
    void this.#writer.finish();
  }

  #writeGroup(): void {
    const columnData = this.#columns.map(({ name }, i) => ({ name, data: this.#cells[i]! as number[] }));
    void this.#writer.write({
      columnData: [{ name: "time", data: this.#times_us as unknown as number[] }, ...columnData],
      rowGroupSize: GROUP_ROWS,
    });
    this.#times_us = [];
    this.#cells = this.#columns.map(() => []);
  }
}

function unitOf({ unit, counts }: Column, numbered: boolean): string {
  if (counts !== undefined) return numbered ? `${counts} number` : "index from 0";
  return unit === "none" ? "" : unit;
}

function cellOf(column: Column, row: LogRow): Cell {
  const value = columnValue(column, row);
  return column.kind === "integer" && typeof value === "number" ? BigInt(Math.round(value)) : value;
}

const TYPES: Readonly<Record<ColumnKind, Omit<SchemaElement, "name">>> = {
  real: { type: "DOUBLE" },
  integer: { type: "INT64" },
  flag: { type: "BOOLEAN" },
  word: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
};

function schemaOf(columns: readonly Column[]): SchemaElement[] {
  const time: SchemaElement = {
    name: "time",
    type: "INT64",
    converted_type: "TIMESTAMP_MICROS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
    repetition_type: "REQUIRED",
  };
  const rest = columns.map(({ name, kind }): SchemaElement => ({ name, ...TYPES[kind], repetition_type: "OPTIONAL" }));
  return [{ name: "bms", num_children: columns.length + 1 }, time, ...rest];
}
