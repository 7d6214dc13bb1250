// Which way leads to a CAN bus: what the settings or a command line choose.

/** An adapter at a serial port. Bit rate undefined: what the adapter is set to. */
export type SlcanPlace = { readonly path: string; readonly baud: number; readonly rate_kbit_s: number | undefined };

/** A bus that is served over TCP, by its name there. */
export type SocketcandPlace = { readonly host: string; readonly port: number; readonly channel: string };

export type CanTarget =
  | { readonly kind: "simulated"; readonly rate_kbit_s: number }
  | { readonly kind: "socketcan"; readonly channel: string; readonly rate_kbit_s: number }
  | ({ readonly kind: "slcan" } & SlcanPlace)
  | ({ readonly kind: "socketcand" } & SocketcandPlace);

/** For people, and the same for targets that are the same. */
export function nameOfTarget(target: CanTarget): string {
  switch (target.kind) {
    case "simulated":
      return `a modelled bus of ${target.rate_kbit_s} kbit/s`;
    case "socketcan":
      return `SocketCAN ${target.channel}`;
    case "slcan":
      return `slcan ${target.path}${target.rate_kbit_s === undefined ? "" : ` at ${target.rate_kbit_s} kbit/s`}`;
    case "socketcand":
      return `socketcand ${target.host}, port ${target.port}, ${target.channel}`;
  }
}

/** Between computer and adapter; those at USB do not heed it. */
const SLCAN_BAUD = 115_200;

/** "/dev/ttyACM0", or "/dev/ttyUSB0@1000000" with its baud rate. */
export function serialPlace(text: string): { readonly path: string; readonly baud: number } {
  const [, path = "", baud] = /^(.*?)(?:@(\d+))?$/.exec(text) ?? [];
  return { path, baud: baud === undefined ? SLCAN_BAUD : Number(baud) };
}
