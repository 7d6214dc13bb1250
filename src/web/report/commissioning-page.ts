// The commissioning report as a document to print, to hand on or to show: one HTML file (monitor/paper.ts) with room for what people
// check by hand, and for name and signature.

import { isoTime } from "../../base/calendar.ts";
import type { Unit } from "../../model/rows.ts";
import type { Paper } from "../../monitor/paper.ts";
import { settingWords } from "../../replay/request-words.ts";
import { escapeXml } from "../../sim/drawing/plot.ts";
import { duration, number, quantity, signed, symbolOf, withUnit } from "../parts/format.ts";
import { FAULT_ROWS } from "../tables/faults.ts";
import { saidText } from "../tables/said.ts";
import { SETTING_BY_NAME } from "../tables/settings.ts";
import { codeText } from "../tables/signals.ts";
import { texts } from "../texts/texts.ts";
import type { Commissioning, ProtectionLine } from "./commissioning.ts";

const T = texts.report;

/** "2026-11-29 22:41 UTC". */
export const utcText = (time_ms: number): string =>
  T.utc(
    isoTime(1000 * time_ms)
      .slice(0, 16)
      .replace("T", " "),
  );

export function commissioningPaper(report: Commissioning): Paper {
  const { device, user } = report;
  const name = user.serialNumber === "" ? T.unnamed : user.serialNumber;
  const body = `<header>
<div>
<p class="maker">${escapeXml(user.manufacturer)}</p>
<h1>${T.title}</h1>
<p class="name">${escapeXml(name)} · ${escapeXml(batteryWords(report))}</p>
${device.isSimulated ? `<p class="warning">${T.simulated}</p>` : ""}
</div>
<p class="as-of">${T.asOf}<br><strong>${utcText(report.made_ms)}</strong></p>
</header>
${[facts, checks, byHand, cells, limits, active, settings, journal, sign].map((make) => make(report)).join("\n")}
<footer><p>${T.footer}</p><p>${escapeXml(T.written(device.program))}</p></footer>`;
  return { title: `${T.title} ${name}`, body };
}

const batteryWords = ({ device }: Commissioning): string =>
  T.batteryWords(device.cells, device.chemistry, quantity(device.capacity_Ah, "Ah", 0));

const section = (title: string, body: string, isLong = false): string =>
  `<section${isLong ? ' class="long"' : ""}>\n<h2>${title}</h2>\n${body}\n</section>`;

/** The first cell of each row is its head. Cells are HTML. */
function table(heads: readonly string[], rows: readonly (readonly string[])[], kind = ""): string {
  const head =
    heads.length === 0 ? "" : `<thead><tr>${heads.map((text) => `<th scope="col">${text}</th>`).join("")}</tr></thead>`;
  const lines = rows.map(
    ([first = "", ...rest]) =>
      `<tr><th scope="row">${first}</th>${rest.map((text) => `<td>${text}</td>`).join("")}</tr>`,
  );
  return `<table class="plain ${kind}">${head}<tbody>${lines.join("\n")}</tbody></table>`;
}

const known = (value: number | null): number | undefined => value ?? undefined;

function facts(report: Commissioning): string {
  const { device, user, state } = report;
  const rows: readonly (readonly [string, string])[] = [
    [T.facts.model, device.model],
    [T.facts.program, device.program],
    [T.facts.battery, batteryWords(report)],
    [T.facts.serialNumber, user.serialNumber],
    [T.facts.manufacturer, user.manufacturer],
    [T.facts.productionDate, user.productionDate],
    [T.facts.address, user.address],
    [T.facts.hardwareId, user.hardwareId],
    [T.facts.softwareId, user.softwareId],
    [T.facts.configurationVersion, user.configurationVersion],
    [T.facts.settingsKey, device.settingsKey],
    [T.facts.mode, codeText("mode", device.mode)],
    [T.facts.uptime, duration(known(state.uptime_s))],
    [T.facts.soc, `${quantity(known(state.soc), "ratio", 1)} ± ${quantity(known(state.socBound), "ratio", 1)}`],
    [T.facts.voltage, quantity(known(state.battery_V), "V", 2)],
    [T.facts.current, withUnit(signed(known(state.current_A), 1), "A")],
    [
      T.facts.temperatures,
      T.toolWords(
        quantity(known(state.minTemperature_degC), "degC", 1),
        quantity(known(state.maxTemperature_degC), "degC", 1),
      ),
    ],
  ];
  return section(
    T.sections.device,
    table(
      [],
      rows.map(([label, text]) => [label, text === "" ? BLANK : escapeXml(text)]),
    ),
  );
}

/** To be filled in by hand. */
const BLANK = '<span class="blank"></span>';

const checks = ({ checks: all }: Commissioning): string =>
  section(
    T.sections.checks,
    table(
      Object.values(T.checkColumns),
      all.map(({ name, result, text }) => [
        escapeXml(name),
        `<strong class="result ${result}">${T.results[result]}</strong>`,
        escapeXml(text),
      ]),
      "checks",
    ),
  );

const byHand = (): string =>
  section(
    T.sections.byHand,
    table(
      Object.values(T.handColumns),
      T.byHand.map((text) => [text, BLANK, BLANK]),
      "hand",
    ),
  );

const cells = ({ cells: all }: Commissioning): string =>
  section(
    T.sections.cells,
    table(
      Object.values(T.cellColumns),
      all.map((line) => [
        String(line.cell),
        number(known(line.voltage_V), 3),
        signed(known(line.fromMean_mV), 1),
        quantity(known(line.soc), "ratio", 0),
        quantity(known(line.temperature_degC), "degC", 1),
        line.wiresConnected ? T.connected : `<strong>${T.notConnected}</strong>`,
      ]),
      "numbers",
    ),
  );

function limits({ device, protections }: Commissioning): string {
  const { charge, discharge } = device.limits;
  const now = ({ limit_A, reason }: typeof charge): string =>
    escapeXml(T.limitNow(quantity(limit_A, "A", 0), codeText("chargeLimitReason", reason)));
  const heads = table(
    [],
    [
      [T.chargeLimit, now(charge)],
      [T.dischargeLimit, now(discharge)],
    ],
  );
  return section(
    T.sections.limits,
    `${heads}${table(Object.values(T.protectionColumns), protections.map(protectionRow))}`,
    true,
  );
}

function protectionRow({ name, enabled, limit, unit, setDelay_ms, opens, critical, locked }: ProtectionLine): string[] {
  const { title } = FAULT_ROWS[name];
  if (!enabled) return [title, T.off, "", "", ""];
  const more = [...(critical ? [T.critical] : []), ...(locked ? [T.locked] : [])];
  const opened = opens.map((way) => (way === "charge" ? T.charging : T.discharging));
  return [title, limitText(limit, unit as Unit), `${setDelay_ms / 1000} s`, opened.join(", "), more.join(", ")];
}

const limitText = (limit: number | null, unit: Unit): string => {
  if (limit === null) return "";
  return withUnit(String(Number((unit === "ratio" ? 100 * limit : limit).toPrecision(6))), symbolOf(unit));
};

const active = ({ active: all }: Commissioning): string =>
  section(
    T.sections.errors,
    all.length === 0
      ? `<p>${T.noErrors}</p>`
      : table(
          [],
          all.map(({ name, sentence, said, clears, clearsSaid }) => [
            escapeXml(FAULT_ROWS[name].title),
            escapeXml(`${saidText(said, sentence)} ${saidText(clearsSaid, clears)}`),
          ]),
        ),
  );

function settings({ settings: all }: Commissioning): string {
  const { name, value, preset } = T.settingColumns;
  const rows = all.map((line) => [
    `${escapeXml(SETTING_BY_NAME.get(line.name)?.group.title ?? "")}<small>${line.name}</small>`,
    escapeXml(valueText(line.name, line.value)),
    escapeXml(valueText(line.name, line.default)),
  ]);
  return section(
    T.sections.settings,
    all.length === 0 ? `<p>${T.noSettings}</p>` : table([name, value, preset], rows),
    true,
  );
}

function valueText(name: string, value: Parameters<typeof settingWords>[1]): string {
  const row = SETTING_BY_NAME.get(name)?.row;
  const unit =
    row !== undefined && "unit" in row && typeof value === "number" && row.unit !== "ratio" ? symbolOf(row.unit) : "";
  return withUnit(settingWords(name, value), unit);
}

const journal = ({ journal: all }: Commissioning): string =>
  section(
    T.sections.journal,
    all.length === 0
      ? `<p>${T.noEvents}</p>`
      : table(
          [],
          all.map(({ wall_ms, text, actor }) => [
            utcText(wall_ms),
            `<span lang="en">${escapeXml(text)}</span>${actor === "" ? "" : ` <small>${escapeXml(actor)}</small>`}`,
          ]),
        ),
    true,
  );

const sign = (): string =>
  section(
    T.sections.sign,
    `<p class="room">${T.remarks}</p><div class="sign">${Object.values(T.signColumns)
      .map((word) => `<p><span class="line"></span>${word}</p>`)
      .join("")}</div>`,
  );
