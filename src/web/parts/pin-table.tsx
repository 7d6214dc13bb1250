// Pins as rows: name, where its wire goes, what it shows now. Under the drawing of a header its used pins; as a table of its own all
// pins of the board.

import { For, type JSX, Show } from "solid-js";
import type { PinUse } from "../../model/pin-uses.ts";
import { speak } from "../../model/said.ts";
import { useMonitor } from "../state/monitor.ts";
import { texts, word } from "../texts/texts.ts";
import { keyOf, type Marks } from "./header-map.tsx";
import { pinReading } from "./pin-reading.ts";

const T = texts.wiring;

type Props = {
  readonly pins: readonly PinUse[];
  readonly marks: Marks;
  /** Whether readings of cells belong to this plan. */
  readonly isLive: boolean;
  /** With header and order of connection. */
  readonly isWhole?: boolean;
};

export function PinTable(props: Props): JSX.Element {
  const monitor = useMonitor();
  const text = (use: PinUse): string => (use.header === "X8" && !props.isLive ? "" : pinReading(monitor, use).text);
  return (
    <table class="pin-table">
      <thead>
        <tr>
          <Show when={props.isWhole}>
            <th scope="col">{T.columns.header}</th>
          </Show>
          <th scope="col">{T.columns.pin}</th>
          <th scope="col">{T.columns.name}</th>
          <Show when={props.isWhole}>
            <th scope="col">{T.columns.order}</th>
          </Show>
          <th scope="col">{T.columns.goesTo}</th>
          <th scope="col">{T.columns.now}</th>
        </tr>
      </thead>
      <tbody>
        <For each={props.pins}>
          {(use) => (
            <tr
              class={use.role}
              classList={{
                wrong: props.marks.get(keyOf(use)) === "wrong",
                doubt: props.marks.get(keyOf(use)) === "doubt",
              }}
            >
              <Show when={props.isWhole}>
                <td>{use.header}</td>
              </Show>
              <td class="digits">{use.pin}</td>
              <th scope="row">{use.name}</th>
              <Show when={props.isWhole}>
                <td class="digits">{use.order ?? ""}</td>
              </Show>
              <td>{speak(use.goesTo, word)}</td>
              <td class="now">{text(use)}</td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
