// The worker in which a whole virtual device runs: core and model tick as in a process, and answer the page as a server would.

import type { FromWorker, ToWorker } from "./messages.ts";
import { createShelf } from "./scenarios.ts";
import { VirtualHost } from "./virtual-host.ts";

const scope = self as unknown as {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker>) => void): void;
};

const host = new VirtualHost({
  clock: {
    now_us: () => Math.round(performance.now() * 1000),
    at: (time_us, act) => {
      setTimeout(act, Math.max(0, time_us / 1000 - performance.now()));
    },
  },
  wall_ms: () => Date.now(),
  shelf: createShelf(async () => (await import("./scenario-files.ts")).readFiles()),
  post: (message, transfer) => scope.postMessage(message, transfer),
});

scope.addEventListener("message", ({ data }) => host.take(data));
