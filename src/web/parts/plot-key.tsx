// The key of a plot: a sample of each line with its title. What is under the pointer or has the focus is told, so that the plot can
// show it before the others.

import { For, type JSX } from "solid-js";
import type { LineLook } from "./plot-look.ts";

export type KeyLine = {
  readonly title: string;
  /** As programs call it. */
  readonly name?: string;
  /** Undefined: a limit, in the colour of what is bad. */
  readonly look: LineLook | undefined;
};

type Props = {
  readonly label: string;
  readonly lines: readonly KeyLine[];
  readonly light?: (line: number | undefined) => void;
};

export const PlotKey = (props: Props): JSX.Element => (
  <ul class="plot-key" aria-label={props.label}>
    <For each={props.lines}>
      {(line, i) => (
        <li>
          {props.light === undefined ? (
            <span class="plot-key-line">
              <Sample look={line.look} /> {line.title}
            </span>
          ) : (
            <button
              type="button"
              class="plot-key-line"
              title={line.name ?? line.title}
              onPointerEnter={() => props.light?.(i())}
              onPointerLeave={() => props.light?.(undefined)}
              onFocus={() => props.light?.(i())}
              onBlur={() => props.light?.(undefined)}
            >
              <Sample look={line.look} /> {line.title}
            </button>
          )}
        </li>
      )}
    </For>
  </ul>
);

const Sample = (props: { readonly look: LineLook | undefined }): JSX.Element => (
  <svg
    class="plot-key-sample"
    classList={{ "is-limit": props.look === undefined }}
    style={{ "--hue": String(props.look?.hue ?? 0) }}
    viewBox="0 0 28 6"
    aria-hidden="true"
  >
    <line x1="0" y1="3" x2="28" y2="3" stroke-dasharray={props.look?.dash.join(" ") ?? ""} />
  </svg>
);
