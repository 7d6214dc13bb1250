// At a device's console: logging in with its service password, and out again. A login ends by itself, and with the line.

import { createEffect, createSignal, type JSX, lazy, onCleanup, Show, Suspense } from "solid-js";
import { useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";

const T = texts.packs;
const LOOK_ms = 20_000;
const PasswordForm = lazy(async () => ({ default: (await import("./password-form.tsx")).PasswordForm }));

export const ServiceLogin = (): JSX.Element => {
  const monitor = useMonitor();
  const [isOpen, setOpen] = createSignal(false);
  const isIn = (): boolean => monitor.session()?.role === "service";
  const look = async (): Promise<void> => {
    const session = await monitor.ask("session", {}).catch(() => undefined);
    if (session !== undefined) monitor.setSession(session);
  };
  const leave = async (): Promise<void> => {
    await monitor.ask("logOut", {}).catch(() => undefined);
    await look();
  };
  createEffect(() => {
    if (monitor.state() === "up") void look();
  });
  const timer = setInterval(() => void look(), LOOK_ms);
  onCleanup(() => clearInterval(timer));
  return (
    <>
      <button type="button" class="quiet" onClick={() => (isIn() ? void leave() : setOpen(true))}>
        {isIn() ? texts.shell.logOut : T.service}
      </button>
      <Suspense>
        <Show when={isOpen()}>
          <PasswordForm done={() => setOpen(false)} />
        </Show>
      </Suspense>
    </>
  );
};
