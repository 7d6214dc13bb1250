// The events of the view, each with its sentence; a press shows it in the middle of the plots, with a cursor on it.

import { For, type JSX, Show } from "solid-js";
import type { AnswerTo } from "../../monitor/schemas.ts";
import { texts } from "../texts/texts.ts";
import { timeText } from "./times.ts";
import { lengthOf, type View } from "./view.ts";

const T = texts.history;
const SHOWN = 100;

type Props = {
  readonly told: AnswerTo<"events"> | undefined;
  readonly view: View;
  readonly show: (at_us: number) => void;
  /** A freeze-frame can be explained by the device it is from. */
  readonly explains: boolean;
};

export const EventList = (props: Props): JSX.Element => {
  const within = () =>
    (props.told?.events ?? []).filter(({ time_us }) => time_us >= props.view.from_us && time_us < props.view.to_us);
  return (
    <>
      <ol class="history-events">
        <For each={within().slice(0, SHOWN)} fallback={<li>{T.noEvents}</li>}>
          {({ time_us, text, severity, sequence, hasFrame }) => (
            <li class={severity}>
              <button
                type="button"
                class="plain"
                aria-label={`${timeText(time_us, lengthOf(props.view))} ${T.show(text)}`}
                onClick={() => props.show(time_us)}
              >
                {timeText(time_us, lengthOf(props.view))}
              </button>
              <span lang="en">{text}</span>
              <Show when={props.explains && hasFrame === true}>
                <a href={`#/why/${sequence}`} aria-label={`${texts.why.explain} ${text}`}>
                  {texts.why.explain}
                </a>
              </Show>
            </li>
          )}
        </For>
      </ol>
      <Show when={(props.told?.left ?? 0) + Math.max(0, within().length - SHOWN) > 0}>
        <p>{T.moreEvents((props.told?.left ?? 0) + Math.max(0, within().length - SHOWN))}</p>
      </Show>
    </>
  );
};
