// The plots of the history, one for each unit, over the same time; keys work on all of them together.

import { createMemo, createSignal, For, type JSX } from "solid-js";
import type { Unit } from "../../model/rows.ts";
import { texts } from "../texts/texts.ts";
import { unitOf } from "./chart-data.ts";
import { CursorTable } from "./cursor-table.tsx";
import type { HistoryDesk } from "./history-desk.ts";
import { pressKey } from "./keys.ts";
import { type Picture, saveCsv, savePng } from "./save.ts";
import { zoneText } from "./times.ts";
import { UnitPlot } from "./unit-plot.tsx";
import { ValueTable } from "./value-table.tsx";
import { lengthOf, type View } from "./view.ts";

const T = texts.history;

export const Plots = (props: { readonly desk: HistoryDesk; readonly view: View }): JSX.Element => {
  const { desk } = props;
  const [pointer, setPointer] = createSignal<number>();
  const pictures = new Map<Unit, Picture>();
  const units = createMemo(() => [...new Set(desk.chosen().map(unitOf))], undefined, {
    equals: (a, b) => a.join() === b.join(),
  });
  const shown = (): Picture[] => units().flatMap((unit) => pictures.get(unit) ?? []);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of plots that takes keys as one */}
      <div
        class="history-plots"
        role="group"
        tabindex="0"
        aria-label={T.plots}
        aria-describedby="history-keys"
        onKeyDown={(event) => pressKey(event, { ...desk, view: props.view, all: () => void desk.all() })}
      >
        <For each={units()}>
          {(unit) => (
            <UnitPlot
              unit={unit}
              desk={desk}
              view={props.view}
              point={setPointer}
              drawn={(picture) => pictures.set(unit, picture)}
            />
          )}
        </For>
      </div>
      <p class="history-zone">{T.zone(zoneText(props.view.to_us))}</p>
      <p class="history-keys" id="history-keys">
        {T.keys}
      </p>
      <Saves csv={() => saveCsv(desk.series(), props.view)} png={() => savePng(shown(), props.view)} />
      <CursorTable
        series={desk.series()}
        cursors={desk.cursors()}
        pointer={pointer()}
        length_us={lengthOf(props.view)}
        width_us={desk.width_us()}
        clear={desk.clearCursors}
      />
      <details class="history-values">
        <summary>{T.values}</summary>
        <ValueTable series={desk.series()} view={props.view} />
      </details>
    </>
  );
};

const Saves = (props: { readonly csv: () => void; readonly png: () => void }): JSX.Element => (
  <div class="history-saves">
    <button type="button" class="plain" onClick={() => props.csv()}>
      {T.csv}
    </button>
    <button type="button" class="plain" onClick={() => props.png()}>
      {T.png}
    </button>
  </div>
);
