// What would have been: trips that appear, vanish, move or stay, what it means for the charge, and from when on it is a guess.

import { For, type JSX, lazy, Show, Suspense } from "solid-js";
import type { FaultName } from "../../model/faults.ts";
import { TRUST_KINDS, type TrustKind } from "../../replay/trust.ts";
import { dayText, duration, number, signed, timeText } from "../parts/format.ts";
import { FAULT_ROWS } from "../tables/faults.ts";
import { texts } from "../texts/texts.ts";
import type { TripTold, WhatIfTold } from "./playing.ts";

const T = texts.whatIf;
const OutcomePlots = lazy(async () => ({ default: (await import("./outcome-plots.tsx")).OutcomePlots }));
const SIGNS = { appears: "+", vanishes: "\u2212", moves: "→", stays: "=" } as const;

export const Outcome = (props: { readonly told: WhatIfTold }): JSX.Element => {
  const trips = (): readonly (TripTold & { readonly isConsequence: boolean })[] => [
    ...props.told.trips.map((trip) => ({ ...trip, isConsequence: false })),
    ...props.told.consequences.map((trip) => ({ ...trip, isConsequence: true })),
  ];
  const at = (seconds: number | undefined): string =>
    seconds === undefined ? texts.shell.noValue : timeAt(props.told, seconds);
  return (
    <div class="outcome">
      <Show when={trips().length > 0} fallback={<p class="outcome-none">{T.nothingTrips}</p>}>
        <section class="outcome-table" aria-label={T.columns.trip} tabindex="0">
          <table>
            <thead>
              <tr>
                <th scope="col">{T.columns.what}</th>
                <th scope="col">{T.columns.trip}</th>
                <th scope="col">{T.columns.recorded}</th>
                <th scope="col">{T.columns.whatIf}</th>
                <th scope="col">{T.columns.note}</th>
              </tr>
            </thead>
            <tbody>
              <For each={trips()}>
                {(trip) => (
                  <tr class={trip.kind} data-trip={trip.name}>
                    <td>
                      <span aria-hidden="true">{SIGNS[trip.kind]}</span> {T.kinds[trip.kind]}
                    </td>
                    <th scope="row" title={trip.sentence}>
                      {FAULT_ROWS[trip.name as FaultName].title}
                    </th>
                    <td>{at(trip.baseline_s)}</td>
                    <td>{at(trip.whatIf_s)}</td>
                    <td>{trip.isConsequence ? T.consequence : trip.trusted ? "" : T.guess}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </section>
      </Show>
      <p>{T.soc(`${signed(100 * props.told.soc.max, 2)} %`, `${signed(100 * props.told.soc.end, 2)} %`)}</p>
      <Trust told={props.told} />
      <Show when={props.told.lost.length > 0}>
        <p>{T.lost(props.told.lost.length)}</p>
      </Show>
      <p class="fine-print">{T.played(duration(props.told.seconds), number(props.told.realtimeFactor, 0))}</p>
      <Suspense fallback={<div class="outcome-place" />}>
        <OutcomePlots told={props.told} />
      </Suspense>
    </div>
  );
};

const Trust = (props: { readonly told: WhatIfTold }): JSX.Element => (
  <div class="trust">
    <Show when={props.told.trust.hard_s !== undefined} fallback={<p>{T.trusted}</p>}>
      <p class="trust-hard">{T.trustUntil(timeAt(props.told, props.told.trust.hard_s!))}</p>
    </Show>
    <ul>
      <For each={props.told.trust.weak}>
        {({ kind, at_s }) => <li>{T.weak(timeAt(props.told, at_s), TRUST_KINDS[kind as TrustKind].words)}</li>}
      </For>
    </ul>
  </div>
);

/** Local time of a time of the result. */
const timeAt = ({ from }: WhatIfTold, seconds: number): string => {
  const time_ms = Date.parse(from) + Math.round(1000 * seconds);
  return `${dayText(time_ms)} ${timeText(time_ms, 2)}`;
};
