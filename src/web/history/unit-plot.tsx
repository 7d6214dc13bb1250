// All chosen signals of one unit: what they are called, how each is drawn, the plot itself, and a word where there is nothing to draw.

import { createSignal, type JSX, lazy, Show, Suspense } from "solid-js";
import type { Unit } from "../../model/rows.ts";
import { symbolOf } from "../parts/format.ts";
import { type KeyLine, PlotKey } from "../parts/plot-key.tsx";
import { lineLook } from "../parts/plot-look.ts";
import { texts } from "../texts/texts.ts";
import { isDrawnIn, type Series, unitOf } from "./chart-data.ts";
import type { HistoryDesk } from "./history-desk.ts";
import type { Picture } from "./save.ts";
import { labelOf } from "./signal-list.ts";
import { signalTitle, unitTitle } from "./signal-titles.ts";
import { timeText } from "./times.ts";
import { lengthOf, type View } from "./view.ts";

const T = texts.history;
const Chart = lazy(async () => ({ default: (await import("./chart.tsx")).Chart }));

type Props = {
  readonly unit: Unit;
  readonly desk: HistoryDesk;
  readonly view: View;
  readonly point: (at_us: number | undefined) => void;
  readonly drawn: (picture: Picture) => void;
};

export const UnitPlot = (props: Props): JSX.Element => {
  const { desk } = props;
  const [lit, setLit] = createSignal<number>();
  const series = (): readonly Series[] => desk.series().filter(({ name }) => unitOf(name) === props.unit);
  const lines = (): readonly (KeyLine & Picture["lines"][number])[] =>
    series().map(({ name }, i) => ({ title: signalTitle(name), name: labelOf(name), look: lineLook(i) }));
  const isEmpty = (): boolean => desk.isRead() && !series().some((each) => isDrawnIn(each, props.view));
  return (
    <figure class="plot" aria-label={labelFor(props.unit, lines(), props.view)}>
      <figcaption>{unitTitle(props.unit)}</figcaption>
      <PlotKey label={T.key} lines={lines()} light={setLit} />
      <div class="chart-place">
        <Suspense fallback={<div class="chart-canvas" />}>
          <Chart
            series={series()}
            view={props.view}
            change={desk.change}
            cursors={desk.cursors()}
            setCursor={desk.setCursor}
            point={props.point}
            events={desk.events()?.events ?? []}
            lit={lit()}
            drawn={(canvas) => props.drawn({ canvas, heading: unitTitle(props.unit), lines: lines() })}
          />
        </Suspense>
        <Show when={isEmpty()}>
          <p class="chart-empty">{desk.isBusy() ? T.loading : desk.past().isDamaged() ? T.unreadable : T.nothing}</p>
        </Show>
      </div>
    </figure>
  );
};

function labelFor(unit: Unit, lines: readonly KeyLine[], view: View): string {
  const time = (at_us: number): string => timeText(at_us, lengthOf(view));
  const names = lines.map(({ title }) => title).join(", ");
  return T.plotLabel(symbolOf(unit), names, time(view.from_us), time(view.to_us));
}
