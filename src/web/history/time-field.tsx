// A field for a time, written the same in every browser: year, month, day, 24 hours. What is no time is said, and nothing is moved.

import { createSignal, type JSX } from "solid-js";
import { texts } from "../texts/texts.ts";
import { fieldText, fieldTime_us } from "./times.ts";
import { type View, viewOf } from "./view.ts";

type Props = {
  readonly label: string;
  readonly time_us: number | undefined;
  readonly take: (time_us: number) => void;
};

export const TimeField = (props: Props): JSX.Element => {
  const [isWrong, setWrong] = createSignal(false);
  const change = (field: HTMLInputElement): void => {
    const time_us = fieldTime_us(field.value);
    setWrong(time_us === undefined);
    if (time_us !== undefined) props.take(time_us);
  };
  return (
    <label>
      {props.label}{" "}
      <input
        type="text"
        class="time-field"
        autocomplete="off"
        spellcheck={false}
        placeholder="YYYY-MM-DD hh:mm:ss"
        value={props.time_us === undefined ? "" : fieldText(props.time_us)}
        aria-invalid={isWrong()}
        title={texts.history.wrongTime}
        onChange={({ currentTarget }) => change(currentTarget)}
      />
    </label>
  );
};

/** Both ends of a view; the other stays. */
export const ViewFields = (props: {
  readonly from: string;
  readonly to: string;
  readonly view: View | undefined;
  readonly change: (view: View) => void;
}): JSX.Element => (
  <>
    <TimeField
      label={props.from}
      time_us={props.view?.from_us}
      take={(from_us) => props.view !== undefined && props.change(viewOf(from_us, props.view.to_us))}
    />
    <TimeField
      label={props.to}
      time_us={props.view?.to_us}
      take={(to_us) => props.view !== undefined && props.change(viewOf(props.view.from_us, to_us))}
    />
  </>
);
