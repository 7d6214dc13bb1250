// The battery record as a page to print or to hand on: one HTML file without scripts and without anything to load, on A4.
// The command line writes it, the page of the report shows it.

import type { BatteryRecord } from "../core/battery-record.ts";
import type { RecordEntry, TimeClass } from "../core/record-entry.ts";
import { RECORD_GROUPS, RECORD_KEYS, RECORD_ROWS, type RecordGroup, type RecordKey } from "../model/battery-record.ts";
import { escapeXml } from "../sim/drawing/plot.ts";
import { type Paper, paperFile } from "./paper.ts";
import { classesOf, duration, sharesOf, valueWords } from "./record-words.ts";

const GROUPS = Object.keys(RECORD_GROUPS) as readonly RecordGroup[];
/** What stands large at the top. */
const HEADLINE: readonly RecordKey[] = ["remainingCapacity", "fullCycles", "energyThroughput", "operatingTime"];

/** The whole file: see recordPaper. */
export const recordPage = (record: BatteryRecord, asOf: string, program: string): string =>
  paperFile(recordPaper(record, asOf, program));

/** @param asOf when the figures were saved, in words  @param program who wrote the page */
export function recordPaper(record: BatteryRecord, asOf: string, program: string): Paper {
  const name = textOf(record.serialNumber) ?? "without serial number";
  const body = `<header>
<div>
<p class="maker">${escapeXml(textOf(record.manufacturer) ?? "")}</p>
<h1>Battery record</h1>
<p class="name">${escapeXml(name)} · ${escapeXml(textOf(record.chemistry) ?? "")}</p>
</div>
<p class="as-of">as of<br><strong>${escapeXml(asOf)}</strong></p>
</header>
<section class="tiles">
${HEADLINE.map((key) => tile(key, record[key])).join("\n")}
</section>
${GROUPS.map((group) => section(record, group)).join("\n")}
<footer>
<p>Figures named in Annex VII, Annex IV and Annex XIII of Regulation (EU) 2023/1542; the column on the right says where.
A figure that has not been measured is stated as unknown, with the reason. Bounds (±) hold in 95 of 100 cases.
“Set” was entered at commissioning, “counted” covers the whole time in operation under this device.</p>
<p>Written by ${escapeXml(program)}. The device is not certified, and neither is this record.</p>
</footer>`;
  return { title: `Battery record ${name}`, body };
}

const textOf = ({ value }: RecordEntry): string | undefined => (typeof value === "string" ? value : undefined);

function tile(key: RecordKey, entry: RecordEntry): string {
  const row = RECORD_ROWS[key];
  const [value = "", bound = ""] = valueWords(row, entry).split(" ± ");
  const under = entry.value === null ? "not measured yet" : bound === "" ? basisWords(entry) : `± ${bound}, measured`;
  return `<div class="tile${entry.value === null ? " unknown" : ""}"><h2>${row.title}</h2><p class="figure">${escapeXml(value)}</p><p class="under">${escapeXml(under)}</p></div>`;
}

const basisWords = (entry: RecordEntry): string => (entry.value === null ? "" : entry.basis);

function section(record: BatteryRecord, group: RecordGroup): string {
  const keys = RECORD_KEYS.filter((key) => RECORD_ROWS[key].group === group);
  const rows = keys.filter((key) => classesOf(record[key]) === undefined);
  const charts = keys.filter((key) => classesOf(record[key]) !== undefined);
  return `<section>
<h2>${RECORD_GROUPS[group]}</h2>
<table>
${rows.map((key) => tableRow(key, record[key])).join("\n")}
</table>
${charts.length === 0 ? "" : `<div class="charts">${charts.map((key) => chart(key, classesOf(record[key])!)).join("\n")}</div>`}
</section>`;
}

function tableRow(key: RecordKey, entry: RecordEntry): string {
  const row = RECORD_ROWS[key];
  const note = entry.value === null ? entry.reason : (entry.note ?? "");
  const small = note === "" ? "" : `<small>${escapeXml(note)}</small>`;
  return `<tr${entry.value === null ? ' class="unknown"' : ""}><th scope="row" title="${escapeXml(row.help)}">${row.title}</th><td class="value">${valueWords(row, entry).split("; ").map(escapeXml).join("<br>")}${small}</td><td class="basis">${basisWords(entry)}</td><td class="law">${row.law}</td></tr>`;
}

function chart(key: RecordKey, classes: readonly TimeClass[]): string {
  const row = RECORD_ROWS[key];
  const shares = sharesOf(classes);
  const most = Math.max(...shares, 1e-9);
  const bars = classes.map(
    ({ class: name, time_s }, i) =>
      `<tr><th scope="row">${escapeXml(name)}</th><td class="bar"><svg aria-hidden="true"><rect width="${((100 * (shares[i] ?? 0)) / most).toFixed(1)}%" height="100%"></rect></svg></td><td class="time">${escapeXml(time_s > 0 ? duration(time_s) : "–")}</td></tr>`,
  );
  return `<figure><figcaption>${row.title}<span class="law">${row.law}</span></figcaption><table>${bars.join("")}</table></figure>`;
}
