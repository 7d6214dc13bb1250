// One frame or request of a bus, taken apart: what it says value by value, and its bytes.

import { For, type JSX, Show } from "solid-js";
import { bytesOfHex, hexDigits } from "../../base/hex.ts";
import type { BusFrame } from "../../monitor/told.ts";
import { texts } from "../texts/texts.ts";
import { timeText } from "./format.ts";

const T = texts.bus;

export function FrameDetails(props: { readonly frame: BusFrame }): JSX.Element {
  const bytes = (): readonly number[] => [...(bytesOfHex(props.frame.data) ?? [])];
  const values = (): readonly string[] => props.frame.text.split(", ").filter((text) => text !== "");
  const direction = (): string => T.directions[props.frame.direction];
  const length = (): string => {
    if (props.frame.isHidden === true) return T.hidden;
    return props.frame.remote_bytes === undefined ? T.length(bytes().length) : T.remote(props.frame.remote_bytes);
  };
  return (
    <div class="frame-details">
      <p>
        <strong>{props.frame.name === "" ? T.unknown : props.frame.name}</strong>
      </p>
      <p class="soft">
        {T.buses[props.frame.bus]} {props.frame.id} · {direction()} · {timeText(props.frame.time_us / 1000, 3)} ·{" "}
        {length()} · {T.number(props.frame.number)}
      </p>
      <Show when={values().length > 0}>
        <h3>{T.says}</h3>
        <ul class="frame-values">
          <For each={values()}>{(value) => <li>{value}</li>}</For>
        </ul>
      </Show>
      <Show when={bytes().length > 0}>
        <table class="frame-bytes">
          <thead>
            <tr>
              <th scope="col">{T.byte}</th>
              <th scope="col">{T.hex}</th>
              <th scope="col">{T.binary}</th>
              <th scope="col">{T.decimal}</th>
            </tr>
          </thead>
          <tbody>
            <For each={bytes()}>
              {(byte, i) => (
                <tr>
                  <td>{i()}</td>
                  <td>{hexDigits(byte, 2)}</td>
                  <td>{byte.toString(2).padStart(8, "0")}</td>
                  <td>{byte}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </div>
  );
}
