// What is wrong now, first of all: a sentence for each error and indication, and on a narrow screen, where sentences would push each other
// out of sight, a row for each once there are several: where, what, and the value against its limit.

import { For, type JSX, Show } from "solid-js";
import type { FaultRow, Unit } from "../../model/rows.ts";
import type { ActiveFault } from "../../monitor/told.ts";
import { useMonitor } from "../state/monitor.ts";
import { FAULT_ROWS } from "../tables/faults.ts";
import { saidText } from "../tables/said.ts";
import { texts } from "../texts/texts.ts";
import { number, quantity } from "./format.ts";
import "../style/troubles.css";

const T = texts.pack;

export function Troubles(): JSX.Element {
  const monitor = useMonitor();
  const faults = (): readonly ActiveFault[] => {
    const device = monitor.device();
    return device === undefined ? [] : [...device.errors, ...device.indications];
  };
  return (
    <div class="troubles" classList={{ several: faults().length > 1 }} role="status">
      <For each={faults()} fallback={<p class="fine">{T.nothingWrong}</p>}>
        {(fault) => <Trouble fault={fault} row={FAULT_ROWS[fault.name]} />}
      </For>
      <Show when={faults().length > 1}>
        <a class="troubles-count" href="#/why">
          {T.inAll(faults().length)}
        </a>
      </Show>
    </div>
  );
}

type Props = { readonly fault: ActiveFault; readonly row: FaultRow };

const Trouble = (props: Props): JSX.Element => (
  <p class={props.fault.level}>
    <span class="trouble-sentence">
      <strong>{props.row.title}.</strong> {saidText(props.fault.said, props.fault.sentence)}{" "}
      <a href="#/why">{T.more}</a>
    </span>
    <span class="trouble-row">
      <strong>{placeOf(props)}</strong> <span class="trouble-title">{props.row.title}</span>{" "}
      <span class="trouble-value">{againstLimit(props)}</span>
    </span>
  </p>
);

/** Cells and thermistors count from 1 for people, sense wires from C0. */
function placeOf({ fault: { element }, row: { elementName } }: Props): string {
  if (element < 0) return "";
  if (elementName === "wire") return T.troubleAt.wire(element);
  return elementName === "cell" || elementName === "thermistor" ? T.troubleAt[elementName](element + 1) : "";
}

const DECIMALS: Readonly<Partial<Record<Unit, number>>> = { V: 3, degC: 1, A: 1, ratio: 1 };

/** As measured when it was set: 3.712 > 3.650 V. Nothing where no number is judged. */
function againstLimit({ fault: { value, limit }, row }: Props): string {
  const { unit } = row;
  if (row.limit === undefined || unit === undefined || unit === "none") return "";
  const decimals = DECIMALS[unit] ?? 0;
  const measured = number(unit === "ratio" ? 100 * value : value, decimals);
  return `${measured} ${row.when === "below" ? "<" : ">"} ${quantity(limit, unit, Number.isInteger(limit) ? 0 : decimals)}`;
}
