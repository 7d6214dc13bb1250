// Gives a pack of the page another name.

import type { JSX } from "solid-js";
import type { Tab } from "../state/tabs.ts";
import { texts } from "../texts/texts.ts";
import { DialogForm } from "./dialog.tsx";

const T = texts.packs;

export const RenamePack = (props: { readonly tab: Tab; readonly done: () => void }): JSX.Element => {
  const take = (fields: FormData): undefined => {
    props.tab.rename(String(fields.get("name")));
  };
  return (
    <DialogForm title={T.renameTitle} submit={T.save} take={take} problem="" done={props.done}>
      <label>
        {T.name}
        <input name="name" required maxlength={40} value={props.tab.name()} />
      </label>
    </DialogForm>
  );
};
