// Shows a document (monitor/paper.ts) on a page, with its own style and apart from the page's: a sheet of paper in either theme. The style
// goes in as a style sheet object, which the page's policy allows; nothing of the document can run.

import { createEffect, type JSX } from "solid-js";
import { PAPER_STYLE } from "../../monitor/paper.ts";

export function PaperView(props: { readonly body: string }): JSX.Element {
  let host: HTMLDivElement | undefined;
  createEffect(() => {
    const root = host!.shadowRoot ?? host!.attachShadow({ mode: "open" });
    const style = new CSSStyleSheet();
    style.replaceSync(PAPER_STYLE);
    root.adoptedStyleSheets = [style];
    const sheet = document.createElement("div");
    sheet.className = "sheet";
    sheet.append(...new DOMParser().parseFromString(props.body, "text/html").body.childNodes);
    root.replaceChildren(sheet);
  });
  return (
    <div
      class="paper"
      ref={(element) => {
        host = element;
      }}
    />
  );
}
