// The vendor's two logs out of one of ours: a table of the battery and a table of the cells, as CSV or Parquet, and where
// wanted a third one of the events.

import { believedRow } from "../log/believed-row.ts";
import { csvHeader, csvLine } from "../log/csv.ts";
import { type Column, EVENT_COLUMNS, isOfCell, type LogRow, rowOf } from "../log/table.ts";
import type { LogMessage } from "../log/topics.ts";
import { createThinning, type Exporter, type Wishes, type Written, wantedColumns } from "./exporter.ts";
import { ParquetFile } from "./parquet.ts";
import { TextFile } from "./text-file.ts";

/** A table being written. */
type Table = { readonly add: (time_us: number, row: LogRow) => void; readonly close: () => Written };
type OpenTable = (path: string, columns: readonly Column[]) => Table;

/** `stem`: path without "-battery.csv". */
export const csvExporter = (stem: string, wishes: Wishes): Exporter => tableExporter(stem, wishes, openCsv(wishes));

/** `notes`: what each file tells about itself, by name. */
export const parquetExporter = (stem: string, wishes: Wishes, notes: Readonly<Record<string, string>>): Exporter =>
  tableExporter(stem, wishes, openParquet(notes, !wishes.raw));

const openCsv =
  ({ decimalSign: sign, raw }: Wishes): OpenTable =>
  (stem, columns) => {
    const file = new TextFile(`${stem}.csv`);
    file.write(csvHeader(columns, sign, !raw));
    return {
      add: (time_us, row) => {
        file.write(csvLine(columns, time_us, row, sign));
        file.rows++;
      },
      close: () => {
        file.close();
        return { path: file.path, rows: file.rows };
      },
    };
  };

const openParquet =
  (notes: Readonly<Record<string, string>>, numbered: boolean): OpenTable =>
  (stem, columns) => {
    const path = `${stem}.parquet`;
    const file = ParquetFile.open(path, columns, notes, numbered);
    return {
      add: (time_us, row) => file.add(time_us, row),
      close: () => {
        file.close();
        return { path, rows: file.rows };
      },
    };
  };

function tableExporter(stem: string, wishes: Wishes, open: OpenTable): Exporter {
  const isDue = createThinning(wishes.every_us);
  const told = wishes.raw ? asLogged : believedRow;
  const state = lazily((row) => openState(stem, wantedColumns(row, wishes.signals), open), told);
  const events = lazily(() => [open(`${stem}-events`, EVENT_COLUMNS)], asLogged);
  return {
    topics: wishes.events ? ["/state", "/events"] : ["/state"],
    add: (message) => {
      if (message.topic === "/events") events.add(message);
      else if (isDue(message.time_us)) state.add(message);
    },
    close: () => [...state.close(), ...events.close()],
  };
}

const asLogged = (row: LogRow): LogRow => row;

/** Tables that are made when their first row comes: its columns are theirs. `told`: how a row is to be read. */
function lazily(
  open: (row: LogRow) => readonly Table[],
  told: (row: LogRow) => LogRow,
): Pick<Exporter, "add" | "close"> {
  let tables: readonly Table[] | undefined;
  const add = ({ time_us, data }: LogMessage): void => {
    const row = rowOf(data);
    if (row === undefined) return;
    tables ??= open(row);
    const values = told(row);
    for (const table of tables) table.add(time_us, values);
  };
  return { add, close: () => (tables ?? []).map((table) => table.close()) };
}

function openState(stem: string, columns: readonly Column[], open: OpenTable): readonly Table[] {
  const cells = columns.filter(isOfCell);
  const battery = columns.filter((column) => !isOfCell(column));
  return [
    ...(battery.length > 0 ? [open(`${stem}-battery`, battery)] : []),
    ...(cells.length > 0 ? [open(`${stem}-cells`, cells)] : []),
  ];
}
