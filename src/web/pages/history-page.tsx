// Any signals of any period, of this device or of log files: from years to ten milliseconds, with events, cursors, CSV and PNG.

import { createEffect, For, type JSX, Show } from "solid-js";
import { createChosenPast } from "../history/chosen-past.ts";
import { createDeviceDamage } from "../history/device-damage.ts";
import { EventList } from "../history/event-list.tsx";
import { createHistoryDesk } from "../history/history-desk.ts";
import { Plots } from "../history/plots.tsx";
import { SignalPicker } from "../history/signal-picker.tsx";
import { TimeBar } from "../history/time-bar.tsx";
import { lengthOf, type View, viewOf } from "../history/view.ts";
import { Panel } from "../parts/panel.tsx";
import { SourceChoice } from "../parts/source-choice.tsx";
import { useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";
import "../style/history.css";

const T = texts.history;
/** A log from elsewhere may have more cells than this device. */
const MOST_CELLS = 18;
const OPENED_ms = 60_000;

const HistoryPage = (): JSX.Element => {
  const monitor = useMonitor();
  const { past, kind, choose, setDamaged } = createChosenPast();
  const desk = createHistoryDesk(past, monitor);
  const isShown = (): boolean => desk.isRead() && (desk.answer() !== undefined || desk.extent() === undefined);
  const damaged = createDeviceDamage(monitor, () => kind() === "device" && isShown());
  createEffect(() => setDamaged(damaged().length > 0));
  const opened = viewOf(1000 * (Date.now() - OPENED_ms), 1000 * Date.now());
  const cells = (): number => (kind() === "files" ? MOST_CELLS : (monitor.device()?.cells ?? MOST_CELLS));
  /** The page stands while it is asked what there is: all keeps its place when it comes. */
  const view = (): View => desk.view() ?? opened;
  const show = (at_us: number): void => {
    const length_us = Math.min(60e6, lengthOf(view()));
    desk.change(viewOf(at_us - length_us / 2, at_us + length_us / 2));
    desk.setCursor(0, at_us);
  };
  return (
    <div class="history">
      <Panel title={T.source} class="history-source">
        <SourceChoice kind={kind()} choose={choose} />
        <For each={kind() === "device" ? damaged() : []}>
          {(sentence) => (
            <p class="problem" role="alert">
              {sentence}
            </p>
          )}
        </For>
      </Panel>
      <Show
        when={!desk.isRead() || desk.view() !== undefined}
        fallback={<p class="loading">{past().isDamaged() ? T.unreadable : T.noLogs}</p>}
      >
        <Panel title={T.plots} class="history-main" aside={<Status desk={desk} />}>
          <TimeBar desk={desk} view={view()} isLive={kind() === "device"} />
          <Show when={desk.chosen().length > 0} fallback={<p class="history-none">{T.none}</p>}>
            <Plots desk={desk} view={view()} />
          </Show>
        </Panel>
        <Panel title={T.events} class="history-told">
          <EventList told={desk.events()} view={view()} show={show} explains={kind() === "device"} />
        </Panel>
      </Show>
      <Panel title={T.signals} class="history-signals">
        <SignalPicker cells={cells()} chosen={desk.chosen()} choose={desk.choose} />
      </Panel>
    </div>
  );
};

const Status = (props: { readonly desk: ReturnType<typeof createHistoryDesk> }): JSX.Element => (
  <span class="history-status" role="status">
    <Show when={props.desk.problem()} fallback={words(props.desk)}>
      <span class="problem">
        {T.failed} {props.desk.problem()}
      </span>
    </Show>
  </span>
);

function words(desk: ReturnType<typeof createHistoryDesk>): JSX.Element {
  return (
    <>
      {desk.answer() === undefined ? "" : T.details[desk.answer()!.detail]}
      {desk.isBusy() ? ` · ${T.loading}` : ""}
    </>
  );
}

export default HistoryPage;
