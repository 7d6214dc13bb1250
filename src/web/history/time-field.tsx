// A field for a time, written the same in every browser: year, month, day, 24 hours. What is no time is said, and nothing is moved.

import { createSignal, type JSX } from "solid-js";
import { texts } from "../texts/texts.ts";
import { fieldTime_us, timeText } from "./times.ts";
import { lengthOf, type View, viewOf } from "./view.ts";

type Props = {
  readonly label: string;
  readonly time_us: number | undefined;
  /** Of the stretch that it is an end of: as fine is the time shown. */
  readonly length_us: number;
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
        value={props.time_us === undefined ? "" : timeText(props.time_us, props.length_us)}
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
}): JSX.Element => {
  const length_us = (): number => (props.view === undefined ? 0 : lengthOf(props.view));
  return (
    <>
      <TimeField
        label={props.from}
        time_us={props.view?.from_us}
        length_us={length_us()}
        take={(from_us) => props.view !== undefined && props.change(viewOf(from_us, props.view.to_us))}
      />
      <TimeField
        label={props.to}
        time_us={props.view?.to_us}
        length_us={length_us()}
        take={(to_us) => props.view !== undefined && props.change(viewOf(props.view.from_us, to_us))}
      />
    </>
  );
};
