// Internal error codes of a CANopen gateway (CiA 309-3 DSP v3.0.0, 6.1 and table of internal error codes): what an answer
// "ERROR:code" means when it is not the abort code of an SDO.

import { hexDigits } from "../base/hex.ts";

export const GATEWAY_ERRORS = {
  notSupported: { code: 100, text: "request not supported" },
  syntax: { code: 101, text: "syntax error" },
  state: { code: 102, text: "request not processed due to internal state" },
  timeout: { code: 103, text: "time-out" },
  noNet: { code: 104, text: "no default net set" },
  noNode: { code: 105, text: "no default node set" },
  net: { code: 106, text: "unsupported net" },
  node: { code: 107, text: "unsupported node" },
  password: { code: 300, text: "wrong password" },
  denied: { code: 302, text: "node access denied" },
  lssOther: { code: 501, text: "LSS implementation- or manufacturer-specific error" },
  lssNode: { code: 502, text: "LSS node-ID not supported" },
  lssBitRate: { code: 503, text: "LSS bit-rate not supported" },
  lssStore: { code: 504, text: "LSS parameter storing failed" },
  lssMedia: { code: 505, text: "LSS command failed because of media error" },
  memory: { code: 600, text: "running out of memory" },
} as const;

export type GatewayError = keyof typeof GATEWAY_ERRORS;

/** "ERROR:101 #syntax error": clients read the number, people the rest. */
export function errorAnswer(name: GatewayError, why?: string): string {
  const { code, text } = GATEWAY_ERRORS[name];
  return `ERROR:${code} #${why ?? text}`;
}

/** "ERROR:0x06020000 #object does not exist": an SDO was aborted. */
export const abortAnswer = (code: number, text: string): string => `ERROR:0x${hexDigits(code, 8)} #${text}`;
