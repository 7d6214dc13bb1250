// Starts the page: finds out where its device is, opens it and the virtual packs of last time, and shows one of them.

import { render } from "solid-js/web";
import { App } from "./app.tsx";
import { createTabs, PLAIN_START, remembered, type Tabs } from "./state/tabs.ts";
import { language, texts } from "./texts/texts.ts";
import "./style/needs-server.css";
import "./style/page.css";

const HOME = document.querySelector<HTMLMetaElement>("meta[name=bms-home]")?.content ?? "server";

async function openAll(tabs: Tabs): Promise<void> {
  const { packs, chosen } = remembered();
  if (HOME !== "virtual") {
    const { HttpLink } = await import("./link/http-link.ts");
    tabs.add(new HttpLink(), texts.packs.device);
  }
  const starts = HOME === "virtual" && packs.length === 0 ? [PLAIN_START] : packs;
  const opened = [];
  for (const start of starts) opened.push(await tabs.addVirtual(start, false));
  const shown = opened[chosen] ?? tabs.all()[0];
  if (shown !== undefined) tabs.choose(shown);
}

document.documentElement.lang = language;
const tabs = createTabs();
await openAll(tabs);
render(() => <App tabs={tabs} isVirtual={HOME === "virtual"} />, document.getElementById("app")!);
