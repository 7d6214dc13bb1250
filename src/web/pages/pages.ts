// The pages there are, in the order of the navigation, each in a file of its own that is loaded when somebody goes there.

import type { Component } from "solid-js";
import type { Role } from "../../model/rows.ts";
import type { OperationName } from "../../monitor/operations.ts";
import type { Texts } from "../texts/language.ts";

export type PageRow = {
  readonly text: keyof Texts["shell"]["pages"];
  readonly load: () => Promise<{ readonly default: Component }>;
  /** Shown only where the link can carry this out. */
  readonly needs: OperationName;
  /** Only on a modelled board. */
  readonly simulated?: true;
  readonly role?: Role;
};

export const PAGES: Readonly<Record<string, PageRow>> = {
  pack: { text: "pack", load: () => import("./pack-page.tsx"), needs: "device" },
  why: { text: "why", load: () => import("./why-page.tsx"), needs: "device" },
  settings: { text: "settings", load: () => import("./settings-page.tsx"), needs: "settings" },
  history: { text: "history", load: () => import("./history-page.tsx"), needs: "device" },
  "what-if": { text: "whatIf", load: () => import("./what-if-page.tsx"), needs: "device" },
  wiring: { text: "wiring", load: () => import("./wiring-page.tsx"), needs: "settings" },
  bus: { text: "bus", load: () => import("./bus-page.tsx"), needs: "bus" },
  report: { text: "report", load: () => import("./report-page.tsx"), needs: "record" },
  world: { text: "world", load: () => import("./world-page.tsx"), needs: "setWorld", simulated: true },
  accounts: { text: "accounts", load: () => import("./accounts-page.tsx"), needs: "changePassword" },
};

export const FIRST_PAGE = "pack";
