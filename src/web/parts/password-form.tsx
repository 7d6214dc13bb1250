// Asks for a device's service password.

import { createSignal, type JSX } from "solid-js";
import { useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";
import { DialogForm } from "./dialog.tsx";

const T = texts.packs;

export const PasswordForm = (props: { readonly done: () => void }): JSX.Element => {
  const monitor = useMonitor();
  const [problem, setProblem] = createSignal("");
  const take = async (fields: FormData): Promise<string | undefined> => {
    try {
      monitor.setSession(await monitor.ask("logIn", { name: "service", password: String(fields.get("password")) }));
      return undefined;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      setProblem(why);
      return why;
    }
  };
  return (
    <DialogForm title={T.service} submit={texts.enter.logIn} take={take} problem={problem()} done={props.done}>
      <p>{T.serviceHelp}</p>
      <label>
        {texts.enter.password}
        <input name="password" type="password" required maxlength={64} autocomplete="off" />
      </label>
    </DialogForm>
  );
};
