// Header X8 and the battery, from battery minus below to the top cell: every sense wire with its order, pin and tap, inputs without a
// cell tied to the top one, and the voltage of each cell beside it. Wires that are wrong or open are lit.

import { createMemo, For, type JSX, Show } from "solid-js";
import type { PinUse } from "../../model/pin-uses.ts";
import type { Finding } from "../../monitor/wiring-findings.ts";
import { useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";
import { keyOf, type Marks } from "./header-map.tsx";
import { pinReading } from "./pin-reading.ts";

const T = texts.wiring;
const STEP = 27;
const TOP = 22;
const INPUTS = 18;
const WIDTH = 334;
const HEIGHT = TOP + INPUTS * STEP + 22;
/** Where boards, wires and cells stand. */
const X = { order: 16, pin: 32, wire: 122, rail: 168, tap: 222, cell: 230, cellEnd: 276, volts: 284 } as const;

const yOf = (tap: number): number => TOP + (INPUTS - tap) * STEP;
const inputOf = ({ name }: PinUse): number => Number(name.slice(1));

type Props = {
  readonly pins: readonly PinUse[];
  readonly marks: Marks;
  readonly cells: number;
  readonly isLive: boolean;
};

export function CellLadder(props: Props): JSX.Element {
  const wires = createMemo(() => props.pins.filter(({ order }) => order !== undefined));
  const spare = createMemo(() => wires().filter(({ role }) => role === "spare"));
  const cells = createMemo(() => Array.from({ length: props.cells }, (_, cell) => cell + 1));
  const wrong = createMemo(() =>
    wires()
      .filter((use) => props.marks.get(keyOf(use)) === "wrong")
      .map(({ name }) => name)
      .join(", "),
  );
  return (
    <svg
      class="ladder"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={T.ladder(props.cells, wrong() === "" ? "" : T.wrongPins(wrong()))}
    >
      <rect class="header-body" x={X.pin - 6} y="1" width={X.wire - X.pin + 6} height={HEIGHT - 2} rx="5" />
      <Show when={spare().length > 0}>
        <path class="wire spare" d={`M${X.rail} ${yOf(INPUTS)}V${yOf(props.cells)}`} />
      </Show>
      <For each={wires()}>{(use) => <Wire use={use} mark={props.marks.get(keyOf(use))} />}</For>
      <For each={cells()}>{(cell) => <Cell cell={cell} pins={props.pins} isLive={props.isLive} />}</For>
      <text class="pole" x={X.cell} y={yOf(0) + 17}>
        {T.minus}
      </text>
      <text class="pole" x={X.cell} y={yOf(props.cells) - 7}>
        {T.plus}
      </text>
    </svg>
  );
}

function Wire(props: { readonly use: PinUse; readonly mark: Finding["level"] | undefined }): JSX.Element {
  const y = (): number => yOf(inputOf(props.use));
  const isSpare = (): boolean => props.use.role === "spare";
  const end = (): number => (isSpare() ? X.rail : X.tap);
  const isWrong = (): boolean => props.mark === "wrong";
  const middle = (): number => (X.wire + end()) / 2;
  return (
    <g
      class={`sense ${props.use.role}`}
      classList={{ wrong: isWrong(), doubt: props.mark === "doubt" }}
      data-wire={props.use.name}
    >
      <path class={`wire ${props.use.role}`} d={`M${X.wire} ${y()}H${end()}`} />
      <circle class="tap" cx={end()} cy={y()} r="3" />
      <Show when={props.mark !== undefined}>
        <circle class="break" cx={middle()} cy={y()} r="8" />
        <text class="break-mark" x={middle()} y={y() + 4} text-anchor="middle">
          {isWrong() ? "✕" : "?"}
        </text>
      </Show>
      <circle class="order" cx={X.order - 3} cy={y()} r="10" />
      <text class="order-number" x={X.order - 3} y={y() + 4} text-anchor="middle">
        {props.use.order}
      </text>
      <rect class="pin-box" x={X.pin} y={y() - 11} width={X.wire - X.pin} height="22" rx="3" />
      <text class="pin-name" x={X.pin + 6} y={y() + 4}>
        {props.use.name}
      </text>
      <text class="pin-number" x={X.wire - 6} y={y() + 4} text-anchor="end">
        {T.pin} {props.use.pin}
      </text>
    </g>
  );
}

function Cell(props: {
  readonly cell: number;
  readonly pins: readonly PinUse[];
  readonly isLive: boolean;
}): JSX.Element {
  const monitor = useMonitor();
  const use = createMemo(() => props.pins.find(({ role, tap }) => role === "cell" && tap === props.cell));
  const reading = (): string => (props.isLive && use() !== undefined ? pinReading(monitor, use()!).text : "");
  const top = (): number => yOf(props.cell);
  return (
    <g class="battery-cell">
      <path class="bar" d={`M${X.tap} ${top()}H${X.cell + 23}V${top() + 3}`} />
      <path class="bar" d={`M${X.tap} ${top() + STEP}H${X.cell + 23}V${top() + STEP - 3}`} />
      <rect x={X.cell} y={top() + 3} width={X.cellEnd - X.cell} height={STEP - 6} rx="3" />
      <text class="cell-name" x={(X.cell + X.cellEnd) / 2} y={top() + STEP / 2 + 4} text-anchor="middle">
        {props.cell}
      </text>
      <text class="cell-volts" x={X.volts} y={top() + STEP / 2 + 4}>
        {reading()}
      </text>
    </g>
  );
}
