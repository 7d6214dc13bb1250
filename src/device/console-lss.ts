// LSS as a console asks for it (CiA 309-3, 5.7): dialogues of the LSS master, and their results as the gateway's answers.

import { BIT_RATES_kbit } from "../canopen/lss.ts";
import {
  activateBitRate,
  configureBitRate,
  configureNodeId,
  fastscan,
  inquireIdentity,
  inquireNodeId,
  type LssResult,
  select,
  storeConfiguration,
  switchAll,
} from "../canopen/lss-master.ts";
import type { NodeIdentity } from "../canopen/node-state.ts";
import type { ConsoleOutcome, LssRequest, TransferOptions } from "../console/requests.ts";
import type { CanopenMaster } from "./canopen-master.ts";

const DONE: ConsoleOutcome = { kind: "done" };
const TIMEOUT: ConsoleOutcome = { kind: "error", error: "timeout" };
/** A slave of this answer has its own idea of why. */
const SPECIAL = 0xff;
const MEDIA = 2;

type Refusal = "lssNode" | "lssBitRate" | "lssStore";

/** What a slave's answer to an order means. */
function ofOrder(result: LssResult<unknown>, refusal: Refusal): ConsoleOutcome {
  if (result.ok) return DONE;
  if (result.code === "silence") return TIMEOUT;
  if (result.code === SPECIAL) return { kind: "error", error: "lssOther" };
  return { kind: "error", error: refusal === "lssStore" && result.code === MEDIA ? "lssMedia" : refusal };
}

const numbers = (values: readonly number[]): ConsoleOutcome => ({ kind: "numbers", numbers: values });
const partsOf = ({ vendorId, productCode, revision, serial }: NodeIdentity): readonly number[] => [
  vendorId,
  productCode,
  revision,
  serial,
];

type Master = Pick<CanopenMaster, "lss">;

export async function runLss(
  master: Master,
  request: LssRequest,
  { timeout_ms }: TransferOptions,
): Promise<ConsoleOutcome> {
  const timeout_us = timeout_ms * 1000;
  switch (request.service) {
    case "switchGlobal":
      await master.lss(switchAll(request.isConfiguration ? "configuration" : "waiting"), 1000);
      return DONE;
    case "switchSelective": {
      const [vendorId, productCode, revision, serial] = request.address;
      return ofOrder(await master.lss(select({ vendorId, productCode, revision, serial }), timeout_us), "lssNode");
    }
    case "setNode":
      return ofOrder(await master.lss(configureNodeId(request.nodeId), timeout_us), "lssNode");
    case "setBitRate": {
      const rate_kbit = request.table === 0 ? BIT_RATES_kbit[request.index] : undefined;
      if (rate_kbit === undefined) return { kind: "error", error: "lssBitRate" };
      return ofOrder(await master.lss(configureBitRate(rate_kbit), timeout_us), "lssBitRate");
    }
    case "activateBitRate":
      await master.lss(activateBitRate(request.delay_ms), 1000);
      return DONE;
    case "store":
      return ofOrder(await master.lss(storeConfiguration(), timeout_us), "lssStore");
    case "inquire":
      return inquire(master, request.part, timeout_us);
    case "inquireNode": {
      const node = await master.lss(inquireNodeId(), timeout_us);
      return node.ok ? numbers([node.value]) : TIMEOUT;
    }
    case "fastscan": {
      const found = await master.lss(fastscan(), request.timeout_ms * 1000);
      return found === undefined ? TIMEOUT : numbers(partsOf(found));
    }
  }
}

/** All four parts where none is chosen. */
async function inquire(master: Master, part: number, timeout_us: number): Promise<ConsoleOutcome> {
  const identity = await master.lss(inquireIdentity(), timeout_us);
  if (!identity.ok) return TIMEOUT;
  const parts = partsOf(identity.value);
  return numbers(part < 0 ? parts : [parts[part]!]);
}
