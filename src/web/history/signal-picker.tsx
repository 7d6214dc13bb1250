// Choosing what is drawn: a search over all signals of the tables, ready choices, and the chosen ones with their colours.

import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { texts } from "../texts/texts.ts";
import { drawables, findDrawables, labelOf, MOST_SIGNALS, PRESETS, type PresetName } from "./signal-list.ts";
import { signalTitle } from "./signal-titles.ts";

const T = texts.history;
const SHOWN = 40;

type Props = {
  readonly cells: number;
  readonly chosen: readonly string[];
  readonly choose: (names: readonly string[]) => void;
};

export const SignalPicker = (props: Props): JSX.Element => {
  const [query, setQuery] = createSignal("");
  const all = createMemo(() => drawables(props.cells));
  const found = createMemo(() => findDrawables(all(), query()));
  const isFull = (): boolean => props.chosen.length >= MOST_SIGNALS;
  const toggle = (name: string): void =>
    props.choose(props.chosen.includes(name) ? props.chosen.filter((each) => each !== name) : [...props.chosen, name]);
  return (
    <div class="picker">
      <div class="picker-presets">
        <For each={Object.keys(PRESETS) as PresetName[]}>
          {(name) => (
            <button type="button" class="plain" onClick={() => props.choose(PRESETS[name](props.cells))}>
              {T.presets[name]}
            </button>
          )}
        </For>
      </div>
      <Show when={props.chosen.length > 0}>
        <ul class="picker-chosen" aria-label={T.chosen}>
          <For each={props.chosen}>
            {(name) => (
              <li>
                <span title={labelOf(name)}>{signalTitle(name)}</span>
                <button
                  type="button"
                  class="plain"
                  aria-label={T.remove(signalTitle(name))}
                  onClick={() => toggle(name)}
                >
                  ×
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <input
        type="search"
        aria-label={T.search}
        placeholder={T.search}
        value={query()}
        onInput={({ currentTarget }) => setQuery(currentTarget.value)}
      />
      <p class="picker-count" role="status">
        {isFull() ? T.tooMany(MOST_SIGNALS) : T.found(found().length, Math.min(SHOWN, found().length))}
      </p>
      <ul class="picker-found" aria-label={T.signals}>
        <For each={found().slice(0, SHOWN)}>
          {({ name, label, title, help }) => (
            <li>
              <label>
                <input
                  type="checkbox"
                  checked={props.chosen.includes(name)}
                  disabled={isFull() && !props.chosen.includes(name)}
                  onChange={() => toggle(name)}
                />
                <span class="picker-name">
                  {title} <span class="picker-label">{label}</span>
                </span>
                <span class="picker-help">{help}</span>
              </label>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
};
