// Light, dark, or as the system wishes; remembered in this browser.

import { createSignal } from "solid-js";
import { recall, remember } from "./remembered.ts";

const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "bms-theme";
const stored = (): Theme => THEMES.find((each) => each === recall("localStorage", KEY)) ?? "system";
const [theme, setTheme] = createSignal<Theme>(stored());

function apply(next: Theme): void {
  if (next === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = next;
}

apply(theme());

export const currentTheme = theme;

/** The next of system, light, dark. */
export function nextTheme(): void {
  const next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length]!;
  remember("localStorage", KEY, next);
  setTheme(next);
  apply(next);
}
