// Documents to print, to hand on or to show: a sheet on A4 with its own style. As a file it is one HTML page without scripts and without
// anything to load; a page that shows it puts body and style under a shadow root.

import { escapeXml } from "../sim/drawing/plot.ts";

/** `body`: of the sheet, as HTML; whoever makes it has escaped what stands in it. */
export type Paper = { readonly title: string; readonly body: string };

/** The whole file. */
export function paperFile({ title, body }: Paper): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeXml(title)}</title>
<style>${PAPER_STYLE}</style>
</head>
<body>
<main class="sheet">
${body}
</main>
</body>
</html>
`;
}

/** Works in a file and under a shadow root; `.sheet` is the paper. */
export const PAPER_STYLE = `
:root, :host { color-scheme: light; --ink: #16211d; --soft: #5d6b65; --line: #dfe6e2; --tint: #f3f7f5; --accent: #0d7a5f; }
* { box-sizing: border-box; }
body, :host { margin: 0; background: #e9eeeb; color: var(--ink); font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
.sheet { max-width: 210mm; margin: 24px auto; padding: 16mm 17mm; background: #fff; box-shadow: 0 1px 8px #0002; }
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
section.long { break-inside: auto; }
tr { break-inside: avoid; }
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
.bar svg { display: block; width: 100%; height: 12px; }
.bar rect { fill: var(--accent); }
.time { width: 26%; font-size: 12px; text-align: right; font-variant-numeric: tabular-nums; color: var(--soft); white-space: nowrap; }
footer { margin-top: 22px; padding-top: 8px; border-top: 1px solid var(--line); font-size: 11.5px; color: var(--soft); }
footer p + p { margin-top: 4px; }
.warning { color: #8a1c14; font-weight: 600; }
table.plain th[scope="row"] { width: 34%; }
table.plain.numbers th[scope="row"] { width: 10%; }
table.plain.hand th[scope="row"] { width: 56%; }
table.plain.checks td:first-of-type { width: 15%; }
table.plain thead th { color: var(--soft); font-size: 12px; }
th, td { overflow-wrap: break-word; }
table.plain small { display: block; font-size: 11px; color: var(--soft); overflow-wrap: anywhere; }

table.numbers td, table.numbers th { font-variant-numeric: tabular-nums; }
.result.failed { color: #8a1c14; }
.result.untested, .result.note { font-weight: 400; font-style: italic; }
.blank { display: inline-block; width: 100%; min-width: 24mm; border-bottom: 1px dotted var(--soft); height: 1em; }
.room { min-height: 22mm; border: 1px solid var(--line); padding: 4px 8px; color: var(--soft); font-size: 12px; }
.sign { display: grid; grid-template-columns: 2fr 1fr 2fr; gap: 8mm; margin-top: 16mm; color: var(--soft); font-size: 12px; }
.sign .line { display: block; border-top: 1px solid var(--ink); margin-bottom: 2px; }
@media (max-width: 640px) {
  .sheet { padding: 20px; margin: 0; }
  header { flex-wrap: wrap; gap: 8px; }
  .tiles, .charts { grid-template-columns: 1fr 1fr; }
  .charts { grid-template-columns: 1fr; }
  table.numbers, table.numbers thead th { font-size: 11px; }
  section > table.numbers td, section > table.numbers th { padding-right: 4px; }
}
@page { size: A4; margin: 14mm 15mm; }
@media print {
  body, :host { background: #fff; font-size: 12px; }
  .sheet { max-width: none; margin: 0; padding: 0; box-shadow: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
