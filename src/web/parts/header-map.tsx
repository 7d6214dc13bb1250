// A header of the board as it is seen from its plug: the first half of the pins above, the second below, each with its name and number,
// lit where something is wrong.

import { createMemo, For, type JSX, Show } from "solid-js";
import type { PinUse } from "../../model/pin-uses.ts";
import type { Finding } from "../../monitor/wiring-findings.ts";
import { texts } from "../texts/texts.ts";

export type Marks = ReadonlyMap<string, Finding["level"]>;

const WIDTH = 44;
/** Of a header with names of more letters than these. */
const WIDE = 58;
const LETTERS = 4;
const HEIGHT = 36;
const EDGE = 6;
/** Headers with fewer pins have one row. */
const TWO_ROWS = 6;

export const keyOf = ({ header, pin }: PinUse): string => `${header}.${pin}`;

export function HeaderMap(props: { readonly pins: readonly PinUse[]; readonly marks: Marks }): JSX.Element {
  const rows = (): number => (props.pins.length >= TWO_ROWS ? 2 : 1);
  const columns = (): number => Math.ceil(props.pins.length / rows());
  const width = (): number => columns() * pinWidth() + 2 * EDGE;
  const pinWidth = (): number => (props.pins.some(({ name }) => name.length > LETTERS) ? WIDE : WIDTH);
  const height = (): number => rows() * HEIGHT + 2 * EDGE;
  const wrong = createMemo(() =>
    props.pins
      .filter((use) => props.marks.get(keyOf(use)) === "wrong")
      .map(({ name }) => name)
      .join(", "),
  );
  const label = (): string =>
    texts.wiring.map(props.pins[0]?.header ?? "", wrong() === "" ? "" : texts.wiring.wrongPins(wrong()));
  return (
    <section class="map-scroll" tabindex="0" aria-label={texts.wiring.pinsOf(props.pins[0]?.header ?? "")}>
      <svg
        class="header-map"
        viewBox={`0 0 ${width()} ${height()}`}
        width={width()}
        height={height()}
        role="img"
        aria-label={label()}
      >
        <rect class="header-body" x="1" y="1" width={width() - 2} height={height() - 2} rx="5" />
        <For each={props.pins}>
          {(use, i) => (
            <Pin
              use={use}
              mark={props.marks.get(keyOf(use))}
              x={EDGE + (i() % columns()) * pinWidth()}
              width={pinWidth()}
              y={EDGE + Math.floor(i() / columns()) * HEIGHT}
            />
          )}
        </For>
      </svg>
    </section>
  );
}

function Pin(props: {
  readonly use: PinUse;
  readonly mark: Finding["level"] | undefined;
  readonly x: number;
  readonly width: number;
  readonly y: number;
}): JSX.Element {
  return (
    <g
      class={`pin ${props.use.role}`}
      classList={{ wrong: props.mark === "wrong", doubt: props.mark === "doubt" }}
      data-pin={keyOf(props.use)}
      transform={`translate(${props.x} ${props.y})`}
    >
      <rect x="1.5" y="1.5" width={props.width - 3} height={HEIGHT - 3} rx="3" />
      <Show when={props.mark !== undefined}>
        <text class="pin-mark" x={props.width - 5} y="11" text-anchor="end">
          {props.mark === "wrong" ? "✕" : "?"}
        </text>
      </Show>
      <text class="pin-number" x="5" y="11">
        {props.use.pin}
      </text>
      <text
        class="pin-name"
        classList={{ long: props.use.name.length > 5 }}
        x={props.width / 2}
        y="27"
        text-anchor="middle"
      >
        {props.use.name}
      </text>
    </g>
  );
}
