// What the plots show as a table, for whoever cannot see them: some forty times of the view and the nearest on either side of it, each
// signal's least and largest value.

import { createMemo, For, type JSX } from "solid-js";
import { texts } from "../texts/texts.ts";
import { type Series, timesAround } from "./chart-data.ts";
import { rangeText } from "./cursor-table.tsx";
import { signalTitle } from "./signal-titles.ts";
import { timeText } from "./times.ts";
import { lengthOf, type View } from "./view.ts";

const ROWS = 40;

export const ValueTable = (props: { readonly series: readonly Series[]; readonly view: View }): JSX.Element => {
  const times = createMemo(() => {
    const all = timesAround(props.series, props.view);
    const stride = Math.max(1, Math.ceil(all.length / ROWS));
    return all.filter((_, i) => i % stride === 0);
  });
  return (
    <section class="value-table" aria-label={texts.history.values} tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.history.time}</th>
            <For each={props.series}>{({ name }) => <th scope="col">{signalTitle(name)}</th>}</For>
          </tr>
        </thead>
        <tbody>
          <For each={times()}>
            {(time_us) => (
              <tr>
                <th scope="row">{timeText(time_us, lengthOf(props.view))}</th>
                <For each={props.series}>{(series) => <td>{rangeText(series, time_us, 0)}</td>}</For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  );
};
