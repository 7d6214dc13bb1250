// Which stretch of the log is played: fields, usual stretches, or the minutes around a trip.

import { createResource, For, type JSX } from "solid-js";
import type { Past } from "../history/past.ts";
import { ViewFields } from "../history/time-field.tsx";
import { timeText } from "../history/times.ts";
import { type View, viewOf } from "../history/view.ts";
import { texts } from "../texts/texts.ts";

const T = texts.whatIf;
const HOUR_us = 3_600_000_000;
/** Around a trip, on either side. */
const AROUND_us = 300_000_000;
const MOST_TRIPS = 50;
const STRETCHES = [
  ["lastHour", HOUR_us],
  ["lastDay", 24 * HOUR_us],
  ["whole", Number.POSITIVE_INFINITY],
] as const;

type Props = {
  readonly past: Past;
  /** Undefined: nothing is known of it yet, or there is none. */
  readonly extent: View | undefined;
  readonly view: View | undefined;
  readonly change: (view: View) => void;
  /** All that the log holds now. */
  readonly refresh: () => Promise<View | undefined>;
};

export const StretchChoice = (props: Props): JSX.Element => {
  /** The log has grown meanwhile. */
  const lastly = async (length_us: number): Promise<void> => {
    const all = (await props.refresh()) ?? props.extent;
    if (all !== undefined) props.change(viewOf(Math.max(all.from_us, all.to_us - length_us), all.to_us));
  };
  return (
    <fieldset class="stretch" disabled={props.view === undefined} aria-label={T.stretch}>
      <ViewFields from={T.from} to={T.to} view={props.view} change={props.change} />
      <For each={STRETCHES}>
        {([name, length_us]) => (
          <button type="button" class="plain" onClick={() => void lastly(length_us)}>
            {T[name]}
          </button>
        )}
      </For>
      <TripChoice {...props} />
    </fieldset>
  );
};

const TripChoice = (props: Pick<Props, "past" | "extent" | "change">): JSX.Element => {
  const [trips] = createResource(
    () => props.extent !== undefined && ([props.past, props.extent] as const),
    ([past, extent]) => tripsOf(past, extent),
    { initialValue: [] },
  );
  return (
    <label>
      {T.trips}{" "}
      <select
        onChange={({ currentTarget }) => {
          const time_us = Number(currentTarget.value);
          if (time_us > 0) props.change(viewOf(time_us - AROUND_us, time_us + AROUND_us));
        }}
      >
        <option value="0">{T.choose}</option>
        <For each={trips.latest}>
          {({ time_us, text }) => (
            <option value={time_us}>
              {timeText(time_us, HOUR_us)} {text}
            </option>
          )}
        </For>
      </select>
    </label>
  );
};

/** The newest, newest first. */
async function tripsOf(past: Past, { from_us, to_us }: View) {
  const { events } = await past.ask("events", { from_us, to_us, limit: 500 });
  return events
    .filter(({ code }) => code === "tripped")
    .slice(-MOST_TRIPS)
    .reverse();
}
