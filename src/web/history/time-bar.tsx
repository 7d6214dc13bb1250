// Which time is shown: usual periods, fields, and buttons for whoever neither drags nor presses keys.

import { For, type JSX } from "solid-js";
import { texts } from "../texts/texts.ts";
import type { HistoryDesk } from "./history-desk.ts";
import { ViewFields } from "./time-field.tsx";
import { lengthOf, middleOf, moved, type View, viewOf, zoomed } from "./view.ts";

const T = texts.history;
const MINUTE_us = 60e6;
const PERIODS = [
  ["minutes", 10 * MINUTE_us],
  ["hour", 60 * MINUTE_us],
  ["day", 1440 * MINUTE_us],
  ["week", 7 * 1440 * MINUTE_us],
  ["month", 30 * 1440 * MINUTE_us],
] as const;
const ZOOM = 2;
const STEP = 0.5;

export const TimeBar = (props: {
  readonly desk: HistoryDesk;
  readonly view: View;
  readonly isLive: boolean;
}): JSX.Element => {
  const { desk } = props;
  const last_us = (): number => desk.extent()?.to_us ?? props.view.to_us;
  return (
    <div class="time-bar">
      <fieldset class="time-group" aria-label={T.period}>
        <For each={PERIODS}>
          {([name, length_us]) => (
            <button
              type="button"
              class="plain"
              aria-pressed={Math.abs(lengthOf(props.view) - length_us) < 1e6}
              onClick={() => desk.change(viewOf(last_us() - length_us, last_us()))}
            >
              {T.periods[name]}
            </button>
          )}
        </For>
        <button type="button" class="plain" onClick={() => void desk.all()}>
          {T.periods.all}
        </button>
      </fieldset>
      <ViewFields from={T.from} to={T.to} view={props.view} change={desk.change} />
      <div class="time-group">
        <button type="button" class="plain" onClick={() => desk.change(moved(props.view, -STEP))}>
          {T.earlier}
        </button>
        <button type="button" class="plain" onClick={() => desk.change(moved(props.view, STEP))}>
          {T.later}
        </button>
        <button
          type="button"
          class="plain"
          onClick={() => desk.change(zoomed(props.view, middleOf(props.view), 1 / ZOOM))}
        >
          {T.closer}
        </button>
        <button type="button" class="plain" onClick={() => desk.change(zoomed(props.view, middleOf(props.view), ZOOM))}>
          {T.wider}
        </button>
        <button type="button" class="plain" onClick={() => desk.back()}>
          {T.back}
        </button>
        <button type="button" class="plain" onClick={() => desk.setCursor(0, middleOf(props.view))}>
          {T.setCursor(1)}
        </button>
        <button type="button" class="plain" onClick={() => desk.setCursor(1, middleOf(props.view))}>
          {T.setCursor(2)}
        </button>
      </div>
      {props.isLive && (
        <label>
          <input
            type="checkbox"
            checked={desk.follows()}
            onChange={({ currentTarget }) => desk.setFollows(currentTarget.checked)}
          />{" "}
          {T.follow}
        </label>
      )}
    </div>
  );
};
