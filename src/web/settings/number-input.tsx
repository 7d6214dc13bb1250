// A number of a setting: typed with point or comma, stepped by the arrow keys and two buttons, judged at each key.

import { createEffect, createSignal, type JSX } from "solid-js";
import type { NumberRow } from "../../model/rows.ts";
import { texts } from "../texts/texts.ts";
import type { SettingsDesk } from "./settings-desk.ts";
import { plain, readNumber, stepped, titleOf } from "./words.ts";

const T = texts.settings;
const KEYS: Readonly<Record<string, number>> = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

type Common = {
  readonly id: string;
  readonly disabled: boolean;
  readonly "aria-describedby": string;
  readonly "aria-invalid": boolean;
};

export function NumberInput(props: {
  readonly desk: SettingsDesk;
  readonly name: string;
  readonly row: NumberRow;
  readonly common: Common;
}): JSX.Element {
  const value = (): number => props.desk.value(props.name) as number;
  const [text, setText] = createSignal(plain(value()));
  createEffect(() => {
    const draft = props.desk.drafts()[props.name];
    // What is typed stays as it is typed ("3." on the way to "3.4"); a value from elsewhere is shown.
    if (draft !== undefined) setText(draft);
    else if (readNumber(text()) !== value()) setText(plain(value()));
  });
  const take = (typed: string): void => {
    setText(typed);
    const number = readNumber(typed);
    if (number === undefined) props.desk.draft(props.name, typed);
    else props.desk.put(props.name, number);
  };
  const step = (steps: number): void => take(plain(stepped(props.row, value(), steps)));
  const press = (event: KeyboardEvent): void => {
    const steps = KEYS[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    step(steps);
  };
  const title = titleOf(props.name);
  return (
    <span class="number-input">
      <button
        type="button"
        class="plain step"
        tabindex="-1"
        aria-label={T.less(title)}
        disabled={props.common.disabled}
        onClick={() => step(-1)}
      >
        −
      </button>
      <input
        type="text"
        inputmode="decimal"
        autocomplete="off"
        role="spinbutton"
        aria-valuenow={value()}
        aria-valuemin={props.row.min}
        aria-valuemax={props.row.max}
        {...props.common}
        value={text()}
        onInput={(event) => take(event.currentTarget.value)}
        onKeyDown={press}
      />
      <button
        type="button"
        class="plain step"
        tabindex="-1"
        aria-label={T.more(title)}
        disabled={props.common.disabled}
        onClick={() => step(1)}
      >
        +
      </button>
    </span>
  );
}
