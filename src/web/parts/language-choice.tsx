// The language of the pages, each called as those who speak it call it; not there while there is but one.

import { For, type JSX, Show } from "solid-js";
import { chooseLanguage, language, languages, texts } from "../texts/texts.ts";

export const LanguageChoice = (): JSX.Element => (
  <Show when={languages.length > 1}>
    <select
      class="quiet language"
      aria-label={texts.shell.language}
      onChange={({ currentTarget }) => chooseLanguage(currentTarget.value)}
    >
      <For each={languages}>
        {({ tag, name }) => (
          <option value={tag} lang={tag} selected={tag === language}>
            {name}
          </option>
        )}
      </For>
    </select>
  </Show>
);
