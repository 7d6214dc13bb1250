// A curve or grid as a table of numbers: axes and values, each judged as it is typed, with columns and rows to add and take away.

import { createEffect, createSignal, For, type JSX, on, Show, untrack } from "solid-js";
import type { Grid, Unit } from "../../model/rows.ts";
import { texts } from "../texts/texts.ts";
import {
  faultOf,
  isGrid,
  type Place,
  type TableProps,
  valuesOf,
  withColumn,
  withNumber,
  withoutColumn,
  withoutRow,
  withRow,
} from "./tables.ts";
import { amount, numberProblem, plain, readNumber, unitText } from "./words.ts";

const T = texts.settings;

type Props = TableProps & { readonly rises: boolean; readonly title: string };

const gridOf = ({ table }: Props): Grid | undefined => (isGrid(table) ? table : undefined);
const columnsOf = ({ table }: Props): number[] => table.x.map((_, i) => i);
const columnText = ({ table, row }: Props, column: number): string => amount(table.x[column] ?? 0, row.xUnit);
const rowUnit = ({ row }: Props): Unit => ("yUnit" in row ? row.yUnit : "none");
const rowText = (props: Props, at: number): string => amount(gridOf(props)?.y[at] ?? 0, rowUnit(props));

export const TableNumbers = (props: Props): JSX.Element => (
  <>
    <div class="table-scroll">
      <table class="table-numbers">
        <caption class="unseen">{T.tableOf(props.title)}</caption>
        <thead>
          <tr>
            <th scope="row">{axisWords("x", unitText(props.row.xUnit))}</th>
            <For each={columnsOf(props)}>
              {(i) => (
                <td>
                  <Cell {...props} place={{ kind: "x", at: i }} label={T.axisOf("x", i + 1)} />
                </td>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={valuesOf(props.table).map((_, i) => i)}>{(at) => <Row {...props} at={at} />}</For>
          <Show when={!props.isLocked && props.table.x.length > 1}>
            <tr>
              <td />
              <For each={columnsOf(props)}>
                {(i) => (
                  <td>
                    <Remove
                      label={T.removePoint(columnText(props, i))}
                      act={() => props.put(withoutColumn(props.table, i))}
                    />
                  </td>
                )}
              </For>
            </tr>
          </Show>
        </tbody>
      </table>
    </div>
    <Show when={!props.isLocked}>
      <Additions {...props} />
    </Show>
  </>
);

/** The values of a curve, or of one row of a grid behind its place on the other axis. */
const Row = (props: Props & { readonly at: number }): JSX.Element => (
  <tr>
    <th scope="row">
      <Show when={gridOf(props)} fallback={axisWords("y", unitText(props.row.unit))}>
        {(grid) => (
          <>
            <Cell {...props} place={{ kind: "y", at: props.at }} label={T.axisOf("y", props.at + 1)} />
            <span class="table-unit">{unitText(rowUnit(props))}</span>
            <Show when={!props.isLocked && grid().y.length > 1}>
              <Remove
                label={T.removeRow(rowText(props, props.at))}
                act={() => props.put(withoutRow(grid(), props.at))}
              />
            </Show>
          </>
        )}
      </Show>
    </th>
    <For each={columnsOf(props)}>
      {(column) => (
        <td>
          <Cell
            {...props}
            place={{ kind: "value", column, row: props.at }}
            label={T.cellOf(columnText(props, column), gridOf(props) ? T.rowAnd(rowText(props, props.at)) : "")}
          />
        </td>
      )}
    </For>
  </tr>
);

const Additions = (props: Props): JSX.Element => (
  <div class="table-actions">
    <button
      type="button"
      class="plain small"
      onClick={() => props.put(withColumn(props.table, props.table.x.length - 1))}
    >
      {gridOf(props) ? T.addColumn : T.addPoint}
    </button>
    <Show when={gridOf(props)}>
      {(grid) => (
        <button type="button" class="plain small" onClick={() => props.put(withRow(grid(), grid().y.length - 1))}>
          {T.addRow}
        </button>
      )}
    </Show>
  </div>
);

const axisWords = (axis: string, unit: string): string => (unit === "" ? axis : `${axis}, ${unit}`);

const Remove = (props: { readonly label: string; readonly act: () => void }): JSX.Element => (
  <button type="button" class="plain step" aria-label={props.label} title={props.label} onClick={props.act}>
    ×
  </button>
);

function Cell(props: Props & { readonly place: Place; readonly label: string }): JSX.Element {
  const number = (): number => {
    const { place, table } = props;
    if (place.kind === "value") return valuesOf(table)[place.row]?.[place.column] ?? 0;
    return (place.kind === "x" ? table.x[place.at] : table.y[place.at]) ?? 0;
  };
  const [text, setText] = createSignal(plain(number()));
  createEffect(on(number, (now) => readNumber(untrack(text)) !== now && setText(plain(now))));
  let before = 0;
  /** What cannot be read does not leave behind what stood on the way to it. */
  const leave = (): void => {
    if (readNumber(text()) === undefined) props.put(withNumber(props.table, props.place, before));
    setText(plain(number()));
  };
  const fault = () =>
    readNumber(text()) === undefined ? "range" : faultOf(props.row, props.table, props.place, props.rises);
  const problem = (): string | undefined => {
    if (readNumber(text()) === undefined) return numberProblem(text());
    return fault() === undefined ? undefined : T.faults[fault()!];
  };
  const take = (typed: string): void => {
    setText(typed);
    const read = readNumber(typed);
    if (read !== undefined) props.put(withNumber(props.table, props.place, read));
  };
  return (
    <input
      class="table-cell"
      type="text"
      inputmode="decimal"
      autocomplete="off"
      size="6"
      aria-label={props.label}
      aria-invalid={fault() !== undefined}
      title={problem()}
      disabled={props.isLocked}
      value={text()}
      onInput={(event) => take(event.currentTarget.value)}
      onFocus={() => {
        before = number();
      }}
      onBlur={leave}
    />
  );
}
