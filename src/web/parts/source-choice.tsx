// Where a page reads the past from: this device, or the log files that are open in the page; here files are opened and closed.

import { For, type JSX, Show } from "solid-js";
import { damageText } from "../history/damage-text.ts";
import type { Past } from "../history/past.ts";
import { useFiles } from "../state/files.ts";
import { LOG_FILES } from "../state/log-files.ts";
import { texts } from "../texts/texts.ts";

const T = texts.history;

type Props = { readonly kind: Past["kind"]; readonly choose: (kind: Past["kind"]) => void };

export const SourceChoice = (props: Props): JSX.Element => {
  const files = useFiles();
  return (
    <div class="source">
      <Show when={files.open().length > 0}>
        <label>
          {T.source}{" "}
          <select
            value={props.kind}
            onChange={({ currentTarget }) => props.choose(currentTarget.value as Past["kind"])}
          >
            <option value="device">{T.device}</option>
            <option value="files">{T.files}</option>
          </select>
        </label>
        <ul class="source-files" aria-label={T.files}>
          <For each={files.open()}>
            {({ name }) => (
              <li>
                {name}
                <button
                  type="button"
                  class="plain"
                  aria-label={T.closeFile(name)}
                  onClick={() => void files.close(name)}
                >
                  ×
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <label class="source-open">
        {T.openFile}
        <input
          type="file"
          accept={LOG_FILES}
          multiple
          onChange={({ currentTarget }) => {
            void files.add([...(currentTarget.files ?? [])]);
            currentTarget.value = "";
          }}
        />
      </label>
      <p class="source-hint">{T.dropHint}</p>
      <For each={files.damaged()}>
        {([name, part]) => (
          <p class="problem" role="alert">
            {damageText(name, part)}
          </p>
        )}
      </For>
      <For each={files.problems()}>
        {({ name, problem }) => (
          <p class="problem" role="alert">
            {T.notALog(name, problem)}
          </p>
        )}
      </For>
    </div>
  );
};
