// Silence at a port: a time in which nothing has come. In a turn of the event loop timers come before what has arrived meanwhile, so
// that a process which is late would take its own lateness for silence. Here the ports have their turn first.

/** Stops the waiting. */
export type Cancel = () => void;

/** Calls back after so long, once what had come by then has been handed on. */
export function afterLook(wait_ms: number, act: () => void): Cancel {
  let soon: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    soon = setImmediate(act);
  }, wait_ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(soon);
  };
}
