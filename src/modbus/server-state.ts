// What the server keeps beside its sessions: who has guessed passwords, and the heartbeat a SunSpec controller writes.

import { createLoginGuard, type LoginGuard } from "../base/login-guard.ts";

export type ServerState = {
  readonly guard: LoginGuard;
  /** SunSpec 802 CtrlHb, as last written. */
  heartbeat: number;
};

export const createServerState = (): ServerState => ({ guard: createLoginGuard(), heartbeat: 0 });
