// A form in a window of its own above the page: Escape and Cancel leave it, focus goes back to where it was.

import { createSignal, type JSX, onMount } from "solid-js";
import { texts } from "../texts/texts.ts";
import "../style/dialog.css";

export const DialogForm = (props: {
  readonly title: string;
  readonly submit: string;
  /** Gets what was entered; may say what is wrong, else the dialog is done. */
  readonly take: (fields: FormData) => string | undefined | Promise<string | undefined>;
  readonly problem: string;
  readonly done: () => void;
  readonly children: JSX.Element;
}): JSX.Element => {
  let dialog!: HTMLDialogElement;
  const [isBusy, setBusy] = createSignal(false);
  onMount(() => dialog.showModal());
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const wrong = await props.take(new FormData(event.target as HTMLFormElement));
    setBusy(false);
    if (wrong === undefined) dialog.close();
  };
  return (
    <dialog ref={dialog} class="dialog" aria-label={props.title} onClose={() => props.done()}>
      <form onSubmit={(event) => void submit(event)}>
        <h2>{props.title}</h2>
        {props.children}
        <p class="problem" role="alert">
          {props.problem}
        </p>
        <div class="dialog-acts">
          <button type="submit" disabled={isBusy()}>
            {props.submit}
          </button>
          <button type="button" class="plain" onClick={() => dialog.close()}>
            {texts.packs.cancel}
          </button>
        </div>
      </form>
    </dialog>
  );
};
