// A plot as a page of its own for a browser: the drawing, as wide as the window, with nothing else to load.

import { escapeXml, type Plot, renderPlot } from "./plot.ts";

const STYLE =
  "body{margin:0;background:#f5f7fa}main{max-width:1400px;margin:0 auto;padding:16px}svg{width:100%;height:auto;box-shadow:0 1px 4px #0003}";

export function plotPage(plot: Plot): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeXml(plot.title)}</title>
<style>${STYLE}</style>
<main>
${renderPlot(plot)}</main>
</html>
`;
}
