// A titled box: every page is made of these.

import type { JSX } from "solid-js";

export const Panel = (props: {
  readonly title: string;
  readonly class?: string;
  readonly aside?: JSX.Element;
  readonly children: JSX.Element;
}): JSX.Element => (
  <section class={`panel ${props.class ?? ""}`} aria-label={props.title}>
    <header class="panel-head">
      <h2>{props.title}</h2>
      {props.aside}
    </header>
    {props.children}
  </section>
);

/** A quantity with its name: large, for the glance. */
export const Reading = (props: {
  readonly label: string;
  readonly value: string;
  readonly note?: string | undefined;
  readonly class?: string;
}): JSX.Element => (
  <div class={`reading ${props.class ?? ""}`}>
    <span class="reading-label">{props.label}</span>
    <span class="reading-value">{props.value}</span>
    <span class="reading-note">{props.note ?? "\u00a0"}</span>
  </div>
);
