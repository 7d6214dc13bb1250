// Reports to hand on: the commissioning report and the battery record, as documents on the page, to print, or to save as HTML and JSON.
// A report is of one moment; it is made anew when somebody asks.

import { createMemo, createResource, createSignal, For, type JSX, Show } from "solid-js";
import type { BatteryRecord } from "../../core/battery-record.ts";
import { type Paper, paperFile } from "../../monitor/paper.ts";
import { recordJson } from "../../monitor/record-json.ts";
import { recordPaper } from "../../monitor/record-page.ts";
import { Panel } from "../parts/panel.tsx";
import { PaperView } from "../parts/paper-view.tsx";
import { saveFile, timeInName } from "../parts/save-file.ts";
import { makeCommissioning } from "../report/commissioning.ts";
import { commissioningPaper, utcText } from "../report/commissioning-page.ts";
import { type Monitor, useMonitor } from "../state/monitor.ts";
import { route } from "../state/route.ts";
import { settingsOf } from "../state/settings.ts";
import { texts } from "../texts/texts.ts";
import "../style/print.css";
import "../style/report.css";

const T = texts.report;
const ENTRIES = 40;
/** A device that has just begun has not tested itself yet: a report waits for it so long. */
const START_us = 10_000_000;

type Kind = "commissioning" | "record";
type Made = { readonly kind: Kind; readonly made_ms: number; readonly paper: Paper; readonly json: object };

const ReportPage = (): JSX.Element => {
  const monitor = useMonitor();
  const kind = (): Kind => (route().split("/")[1] === "record" ? "record" : "commissioning");
  const [asked, setAsked] = createSignal(1);
  const isReady = (): boolean => monitor.device() !== undefined && (monitor.frame()?.uptime_us ?? 0) > START_us;
  const [made] = createResource(
    createMemo(() => (isReady() ? `${kind()} ${asked()}` : undefined)),
    () => (kind() === "record" ? makeRecord(monitor) : makeReport(monitor)),
  );
  const latest = (): Made | undefined => (made.error === undefined ? made.latest : undefined);
  return (
    <div class="report">
      <Panel title={T.which} class="report-controls no-print">
        <nav class="report-kinds" aria-label={T.which}>
          <For each={["commissioning", "record"] as const}>
            {(each) => (
              <a href={`#/report/${each}`} aria-current={kind() === each ? "page" : undefined}>
                {T[each]}
              </a>
            )}
          </For>
        </nav>
        <p class="soft">{T.help}</p>
        <Buttons made={latest()} onAgain={() => setAsked(asked() + 1)} />
        <p class="problem" role="alert">
          {made.error === undefined ? "" : T.failed(String((made.error as Error).message))}
        </p>
      </Panel>
      <Show when={latest()} fallback={<p class="loading">{T.making}</p>}>
        <section aria-label={T.preview}>
          <PaperView body={latest()!.paper.body} />
        </section>
      </Show>
    </div>
  );
};

function Buttons(props: { readonly made: Made | undefined; readonly onAgain: () => void }): JSX.Element {
  const save = (ending: "html" | "json"): void => {
    const { kind, made_ms, paper, json } = props.made!;
    const name = `${kind === "record" ? "battery-record" : "commissioning"}-${timeInName(made_ms)}.${ending}`;
    if (ending === "html") saveFile(name, "text/html", paperFile(paper));
    else saveFile(name, "application/json", `${JSON.stringify(json, null, 2)}\n`);
  };
  return (
    <div class="report-buttons">
      <button type="button" disabled={props.made === undefined} onClick={() => window.print()}>
        {T.print}
      </button>
      <button type="button" class="plain" disabled={props.made === undefined} onClick={() => save("html")}>
        {T.html}
      </button>
      <button type="button" class="plain" disabled={props.made === undefined} onClick={() => save("json")}>
        {T.json}
      </button>
      <button type="button" class="plain" onClick={props.onAgain}>
        {T.again}
      </button>
    </div>
  );
}

/** Log time of the last frame: that of the device, not of this page's clock. */
const now_ms = (monitor: Monitor): number => Math.round((monitor.frame()?.time_us ?? 0) / 1000);

async function makeRecord(monitor: Monitor): Promise<Made> {
  const { record } = await monitor.ask("record", {});
  const made_ms = now_ms(monitor);
  const program = monitor.device()?.program ?? "";
  const whole = record as unknown as BatteryRecord;
  return {
    ...{ kind: "record", made_ms, paper: recordPaper(whole, utcText(made_ms), program) },
    json: recordJson(whole, made_ms, program),
  };
}

async function makeReport(monitor: Monitor): Promise<Made> {
  const { values } = await monitor.ask("settings", {});
  const { entries } = await monitor.ask("journal", { limit: ENTRIES, severity: "notice" });
  const device = await monitor.ask("device", {}); // what was told last may be older than the last frame
  const made_ms = now_ms(monitor);
  const report = makeCommissioning(monitor, device, settingsOf(values), entries, made_ms);
  return { kind: "commissioning", made_ms, paper: commissioningPaper(report), json: report };
}

export default ReportPage;
