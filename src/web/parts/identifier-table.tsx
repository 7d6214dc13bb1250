// Each identifier that has been seen: how often, how often a second, and what it said last. Choosing one shows it alone.

import { createMemo, For, type JSX } from "solid-js";
import { type BusList, type IdCount, rateOf } from "../state/bus-list.ts";
import { texts } from "../texts/texts.ts";
import { number } from "./format.ts";

const T = texts.bus;

type Props = {
  readonly list: BusList;
  /** Changes with each look. */
  readonly beat: number;
  readonly onChoose: (id: string) => void;
};

export function IdentifierTable(props: Props): JSX.Element {
  const rows = createMemo<readonly IdCount[]>((before) => {
    props.beat;
    const next = [...props.list.ids.values()];
    return next.length === before.length && next.every((row) => before.includes(row)) ? before : next.sort(byName);
  }, []);
  return (
    <div class="bus-scroll">
      <table class="bus-table identifiers">
        <thead>
          <tr>
            <th scope="col">{T.columns.id}</th>
            <th scope="col">{T.columns.name}</th>
            <th scope="col" class="digits">
              {T.count}
            </th>
            <th scope="col" class="digits">
              {T.rate}
            </th>
          </tr>
        </thead>
        <tbody>
          <For each={rows()}>
            {(row) => <Row row={row} list={props.list} beat={props.beat} onChoose={props.onChoose} />}
          </For>
        </tbody>
      </table>
    </div>
  );
}

const byName = (one: IdCount, other: IdCount): number =>
  one.bus.localeCompare(other.bus) || one.id.localeCompare(other.id) || one.direction.localeCompare(other.direction);

function Row(props: Props & { readonly row: IdCount }): JSX.Element {
  const live = <V,>(read: () => V): (() => V) => createMemo(() => (props.beat >= 0 ? read() : read()));
  const count = live(() => props.row.count);
  const rate = live(() => number(rateOf(props.row, props.list.newest_us), 1));
  const name = live(() => props.row.name);
  return (
    <tr>
      <td>
        <button type="button" class="plain bus-id" onClick={() => props.onChoose(props.row.id)}>
          {T[props.row.direction]} {props.row.id}
        </button>
      </td>
      <td class="long">{name()}</td>
      <td class="digits">{count()}</td>
      <td class="digits">{rate()}</td>
    </tr>
  );
}
