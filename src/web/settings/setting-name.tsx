// A setting where its group is not to be seen: what it is called, and the dotted name by which programs and the command line know it.

import type { JSX } from "solid-js";
import { groupKeyOf } from "./groups.ts";
import { labelOf } from "./words.ts";

export const SettingName = (props: { readonly name: string }): JSX.Element => (
  <span class="named">
    <span class="named-title">{labelOf(props.name)}</span> <code>{props.name}</code>
  </span>
);

/** The same as the way to it. */
export const SettingLink = (props: { readonly name: string }): JSX.Element => (
  <a class="named" href={`#/settings/${groupKeyOf(props.name)}`}>
    <span class="named-title">{labelOf(props.name)}</span> <code>{props.name}</code>
  </a>
);
