// The four contactor circuits of header X1: the coil between +12V and OUTk, lit while it is driven, and the auxiliary contact between FBk
// and GND in the position that it tells.

import { For, type JSX, Show } from "solid-js";
import type { PinUse } from "../../model/pin-uses.ts";
import { speak } from "../../model/said.ts";
import { useMonitor } from "../state/monitor.ts";
import { texts, word } from "../texts/texts.ts";
import type { Marks } from "./header-map.tsx";

const T = texts.wiring;
/** As wide as a phone has room for, so that the text stands there as large as it is written. */
const WIDTH = 288;
const ROW = 84;

export function CoilDrawing(props: { readonly pins: readonly PinUse[]; readonly marks: Marks }): JSX.Element {
  return (
    <svg class="coils" viewBox={`0 0 ${WIDTH} ${4 * ROW}`} role="img" aria-label={T.coils}>
      <For each={[1, 2, 3, 4]}>{(number) => <Row number={number} pins={props.pins} marks={props.marks} />}</For>
    </svg>
  );
}

type RowProps = { readonly number: number; readonly pins: readonly PinUse[]; readonly marks: Marks };

function Row(props: RowProps): JSX.Element {
  const monitor = useMonitor();
  const pin = (number: number): PinUse | undefined => props.pins.find((use) => use.pin === number);
  const switched = (number: number): string | undefined => {
    const said = pin(number)?.switches;
    return said === undefined ? undefined : speak(said, word);
  };
  const [out, contact] = [10 + 2 * props.number, 9 + 2 * props.number];
  const isWrong = (number: number): boolean => props.marks.get(`X1.${number}`) === "wrong";
  const isOn = (): boolean => monitor.raw("outputs", props.number - 1) === 1;
  const isClosed = (): boolean => monitor.raw("feedback", props.number - 1) === 1;
  const said = (number: number, words: string): string => (pin(number)?.role === "used" ? words : T.notUsed);
  return (
    <g transform={`translate(0 ${(props.number - 1) * ROW})`}>
      <text class="coil-name" x="2" y="15">{`${props.number}: ${switched(out) ?? T.nothing}`}</text>
      <Show when={switched(contact) !== undefined && switched(contact) !== switched(out)}>
        <text class="contact-name" x={WIDTH - 2} y="76" text-anchor="end">
          {T.contactOf(switched(contact)!)}
        </text>
      </Show>
      <g class="coil" classList={{ lit: isOn(), wrong: isWrong(out), free: pin(out)?.role === "free" }}>
        <text x="2" y="38">{`+12V ${2 * props.number}`}</text>
        <path class="wire" d="M47 34H54M86 34H94" />
        <rect x="54" y="25" width="32" height="18" rx="2" />
        <path class="wire" d="M61 43L79 25" />
        <text x="96" y="38">{`OUT${props.number} ${out}`}</text>
        <text x="46" y="60">
          {said(out, `${T.coil} ${isOn() ? T.on : T.off}`)}
        </text>
      </g>
      <g class="contact" classList={{ lit: isClosed(), wrong: isWrong(contact), free: pin(contact)?.role === "free" }}>
        <text x="155" y="38">{`FB${props.number} ${contact}`}</text>
        <path class="wire" d={isClosed() ? "M201 34H208L230 34H238" : "M201 34H208L230 23M230 34H238"} />
        <text x="241" y="38">{`GND ${2 * props.number + 1}`}</text>
        <text x="184" y="60">
          {said(contact, `${T.contact} ${isClosed() ? T.closed : T.open}`)}
        </text>
      </g>
    </g>
  );
}
