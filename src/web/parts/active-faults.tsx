// Errors and indications that are set now, each with what was measured against which limit, what it opened, and what clears it.

import { createSignal, For, type JSX, Show } from "solid-js";
import type { FaultRow, Unit } from "../../model/rows.ts";
import type { ActiveFault } from "../../monitor/told.ts";
import { useMonitor } from "../state/monitor.ts";
import { FAULT_ROWS } from "../tables/faults.ts";
import { saidText } from "../tables/said.ts";
import { texts } from "../texts/texts.ts";
import { duration, quantity } from "./format.ts";

const T = texts.why;

export function ActiveFaults(): JSX.Element {
  const monitor = useMonitor();
  const [said, setSaid] = createSignal("");
  const faults = (): readonly ActiveFault[] => [
    ...(monitor.device()?.errors ?? []),
    ...(monitor.device()?.indications ?? []),
  ];
  const mayAcknowledge = (): boolean => monitor.may("acknowledge");
  const acknowledge = async (names?: ActiveFault["name"][]): Promise<void> => {
    try {
      await monitor.ask("acknowledge", names === undefined ? {} : { faults: names });
      setSaid(T.acknowledged);
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <ul class="active">
        <For each={faults()} fallback={<li class="fine">{T.nothing}</li>}>
          {(fault) => (
            <Fault fault={fault} acknowledge={mayAcknowledge() && fault.isLocked ? acknowledge : undefined} />
          )}
        </For>
      </ul>
      <p class="said" role="status">
        {said()}
      </p>
      <Show when={mayAcknowledge() && faults().some(({ isLocked }) => isLocked)}>
        <button type="button" onClick={() => void acknowledge()}>
          {T.acknowledgeAll}
        </button>
      </Show>
    </>
  );
}

type Acknowledge = ((names: ActiveFault["name"][]) => Promise<void>) | undefined;

function Fault(props: { readonly fault: ActiveFault; readonly acknowledge: Acknowledge }): JSX.Element {
  const monitor = useMonitor();
  const row = (): FaultRow => FAULT_ROWS[props.fault.name];
  const hasLimit = (): boolean => row().limit !== undefined && row().unit !== undefined;
  const lasts_s = (): number =>
    Math.max(0, ((monitor.frame()?.time_us ?? props.fault.since_us) - props.fault.since_us) / 1e6);
  return (
    <li class={`fault ${props.fault.level}`}>
      <h3>
        {row().title} <span class="fault-since">{T.since(duration(lasts_s()))}</span>
      </h3>
      <p>{saidText(props.fault.said, props.fault.sentence)}</p>
      <Show when={hasLimit()}>
        <dl class="fault-values">
          <dt>{T.measured}</dt>
          <dd>{quantity(props.fault.value, row().unit as Unit, 3)}</dd>
          <dt>{T.limit}</dt>
          <dd>{quantity(props.fault.limit, row().unit as Unit, 3)}</dd>
        </dl>
      </Show>
      <p>{saidText(props.fault.clearsSaid, props.fault.clears)}</p>
      <p class="fault-help">{row().help}</p>
      <Show when={props.acknowledge}>
        {(act) => (
          <button type="button" class="plain" onClick={() => void act()([props.fault.name])}>
            {T.acknowledge}
          </button>
        )}
      </Show>
    </li>
  );
}
