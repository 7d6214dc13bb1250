// The battery record as a page to print or to hand on: one HTML file without scripts and without anything to load, on A4.

import type { BatteryRecord } from "../core/battery-record.ts";
import type { RecordEntry, TimeClass } from "../core/record-entry.ts";
import { RECORD_GROUPS, RECORD_KEYS, RECORD_ROWS, type RecordGroup, type RecordKey } from "../model/battery-record.ts";
import { escapeXml } from "../sim/drawing/plot.ts";
import { classesOf, duration, sharesOf, valueWords } from "./record-words.ts";

const GROUPS = Object.keys(RECORD_GROUPS) as readonly RecordGroup[];
/** What stands large at the top. */
const HEADLINE: readonly RecordKey[] = ["remainingCapacity", "fullCycles", "energyThroughput", "operatingTime"];

/** @param asOf when the figures were saved, in words  @param program who wrote the page */
export function recordPage(record: BatteryRecord, asOf: string, program: string): string {
  const name = textOf(record.serialNumber) ?? "without serial number";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Battery record ${escapeXml(name)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
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
</footer>
</main>
</body>
</html>
`;
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
      `<tr><th scope="row">${escapeXml(name)}</th><td class="bar"><span style="width:${((100 * (shares[i] ?? 0)) / most).toFixed(1)}%"></span></td><td class="time">${escapeXml(time_s > 0 ? duration(time_s) : "–")}</td></tr>`,
  );
  return `<figure><figcaption>${row.title}<span class="law">${row.law}</span></figcaption><table>${bars.join("")}</table></figure>`;
}

const STYLE = `
:root { color-scheme: light; --ink: #16211d; --soft: #5d6b65; --line: #dfe6e2; --tint: #f3f7f5; --accent: #0d7a5f; }
* { box-sizing: border-box; }
body { margin: 0; background: #e9eeeb; color: var(--ink); font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 210mm; margin: 24px auto; padding: 16mm 17mm; background: #fff; box-shadow: 0 1px 8px #0002; }
header { display: flex; justify-content: space-between; align-items: flex-end; border-bottom: 3px solid var(--accent); padding-bottom: 10px; }
h1 { font-size: 30px; line-height: 1.1; margin: 0; letter-spacing: -0.01em; }
p { margin: 0; }
.maker { color: var(--soft); min-height: 1.45em; }
.name { font-size: 16px; margin-top: 4px; }
.as-of { text-align: right; color: var(--soft); font-size: 12px; }
.as-of strong { color: var(--ink); font-weight: 600; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 10px; margin: 18px 0 6px; }
.tile { background: var(--tint); border-radius: 6px; padding: 10px 12px; }
.tile h2 { border: 0; font-size: 12px; font-weight: 500; color: var(--soft); margin: 0; padding: 0; }
.figure { font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.under { font-size: 11.5px; color: var(--soft); }
.tile.unknown .figure { color: var(--soft); font-weight: 400; }
section { break-inside: avoid; }
h2 { font-size: 15px; margin: 20px 0 4px; padding-bottom: 3px; color: var(--accent); }
table { width: 100%; border-collapse: collapse; }
section > table td, section > table th { border-top: 1px solid var(--line); padding: 4px 8px 4px 0; vertical-align: baseline; }
th { text-align: left; font-weight: 400; }
section > table th { width: 31%; }
.value { font-weight: 600; font-variant-numeric: tabular-nums; }
.value small { display: block; font-weight: 400; font-size: 11px; color: var(--soft); }
.unknown .value { font-weight: 400; color: var(--soft); font-style: italic; }
.unknown .value small { font-style: normal; }
.basis { width: 10%; color: var(--soft); font-size: 12px; }
.law { width: 9%; color: var(--soft); font-size: 12px; text-align: right; white-space: nowrap; }
section > table td.law { padding-right: 0; }
.charts { display: grid; grid-template-columns: 1fr 1fr; gap: 28px; margin-top: 12px; }
figure { margin: 0; break-inside: avoid; }
figcaption { font-weight: 600; margin-bottom: 4px; display: flex; justify-content: space-between; align-items: baseline; }
figcaption .law { font-weight: 400; width: auto; }
figure th { width: 34%; font-size: 12px; white-space: nowrap; padding: 1.5px 8px 1.5px 0; }
.bar { padding: 1.5px 0; }
.bar span { display: block; height: 12px; border-radius: 2px; background: var(--accent); min-width: 0; }
.time { width: 26%; font-size: 12px; text-align: right; font-variant-numeric: tabular-nums; color: var(--soft); white-space: nowrap; }
footer { margin-top: 22px; padding-top: 8px; border-top: 1px solid var(--line); font-size: 11.5px; color: var(--soft); }
footer p + p { margin-top: 4px; }
@media (max-width: 640px) { main { padding: 20px; margin: 0; } .tiles, .charts { grid-template-columns: 1fr 1fr; } .charts { grid-template-columns: 1fr; } }
@page { size: A4; margin: 14mm 15mm; }
@media print {
  body { background: #fff; font-size: 12px; }
  main { max-width: none; margin: 0; padding: 0; box-shadow: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
