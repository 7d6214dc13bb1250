// Serves a log writer at the far end of a port: carries out requests, sees to what becomes due, and tells what happened.
// The thread's entry is log-worker.ts; tests serve one with file functions of their own.

import { performance } from "node:perf_hooks";
import type { MessagePort } from "node:worker_threads";
import type { LogFiles } from "./log-files.ts";
import type { LogAnswer, LogRequest } from "./log-messages.ts";
import { LogWriter } from "./log-writer.ts";

export function serveLog(port: MessagePort, files: LogFiles): void {
  const service: Service = { port, files, writer: undefined, timer: undefined, acknowledged_us: 0, rows: undefined };
  port.on("message", (request: LogRequest) => {
    carryOut(service, request);
    goOn(service);
  });
}

type Service = {
  readonly port: MessagePort;
  readonly files: LogFiles;
  writer: LogWriter | undefined;
  timer: NodeJS.Timeout | undefined;
  acknowledged_us: number;
  /** Done when the rows of all freeze-frames so far are written. */
  rows: Promise<void> | undefined;
};

function say({ port }: Service, answer: LogAnswer): void {
  port.postMessage(answer);
}

function carryOut(service: Service, request: LogRequest): void {
  const { writer } = service;
  switch (request.kind) {
    case "open":
      service.writer = openWriter(service, request);
      say(service, { kind: "opened" });
      break;
    case "write":
      writer?.writeLost(request.losses);
      writer?.write(request.messages, request.isUrgent);
      say(service, { kind: "written" });
      break;
    case "begin":
      writer?.begin(request.beginning);
      break;
    case "limit":
      writer?.limit(request.limits);
      break;
    case "flush": {
      const isWritten = writer?.flush() === true;
      sayAcknowledged(service);
      say(service, { kind: "flushed", isWritten });
      break;
    }
    case "close":
      close(service);
      break;
  }
}

function openWriter(service: Service, request: LogRequest & { kind: "open" }): LogWriter {
  const { folder, limits, beginning } = request;
  const { files } = service;
  const writer = new LogWriter({ folder, files, limits, beginning, now_ms: () => performance.now() });
  writer.onReport = (report) => say(service, { kind: "report", report });
  writer.onRemark = (remark) => say(service, { kind: "remark", remark });
  writer.onNewFile = () => say(service, { kind: "newFile" });
  writer.open();
  return writer;
}

function close(service: Service): void {
  service.writer?.close();
  sayAcknowledged(service);
  service.writer = undefined;
  say(service, { kind: "closed" });
  service.port.close();
}

/** Tells what is safe by now, and looks in again when something is due. */
function goOn(service: Service): void {
  const { writer } = service;
  clearTimeout(service.timer);
  if (writer === undefined) return;
  sayAcknowledged(service);
  service.timer = setTimeout(() => {
    writer.tick();
    goOn(service);
  }, writer.dueIn_ms);
}

function sayAcknowledged(service: Service): void {
  const time_us = service.writer?.acknowledged_us ?? 0;
  if (time_us === service.acknowledged_us) return;
  service.acknowledged_us = time_us;
  say(service, { kind: "acknowledged", time_us });
}
