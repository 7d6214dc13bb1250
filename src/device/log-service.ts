// Serves a log writer at the far end of a port: carries out requests, sees to what becomes due, and tells what happened.
// The thread's entry is log-worker.ts; tests serve one with file functions of their own.

import { performance } from "node:perf_hooks";
import type { MessagePort } from "node:worker_threads";
import type { LogFiles } from "./log-files.ts";
import type { LogAnswer, LogRequest } from "./log-messages.ts";
import { LogWriter } from "./log-writer.ts";

export function serveLog(port: MessagePort, files: LogFiles): void {
  const service: Service = {
    port,
    files,
    writer: undefined,
    timer: undefined,
    acknowledged_us: 0,
    rows: undefined,
    frames: 0,
  };
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
  frames: number;
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
      writer?.writeLost(request.losses, request.reason);
      writer?.write(request.messages, request.isUrgent);
      for (const { topic, data } of request.messages) if (topic === "/recorder/frame") addRows(service, data);
      say(service, { kind: "written" });
      break;
    case "begin":
      writer?.begin(request.beginning);
      break;
    case "limit":
      writer?.limit(request.limits);
      break;
    case "flush":
      afterRows(service, () => flush(service));
      break;
    case "close":
      afterRows(service, () => close(service));
      break;
  }
}

/** Rows of a freeze-frame handed over at once: all of them are more than the writer holds back for a slow medium. */
const SLICE = 100;
/** Most freeze-frames that wait for their rows. */
const FRAMES = 2;

/** A freeze-frame also becomes rows that viewers plot. The core that computes them is loaded when the first trip comes. */
function addRows(service: Service, frame: Uint8Array): void {
  if (service.frames >= FRAMES) return; // more trips than can be drawn: the frames themselves are in the log
  service.frames++;
  const before = service.rows;
  const rows = async (): Promise<void> => {
    await before;
    const { frameRows } = await import("../replay/frame-rows.ts");
    frameRows(frame, SLICE, (messages) => service.writer?.write(messages));
    goOn(service);
  };
  service.rows = rows()
    .catch(() => {}) // its rows can be had from the frame at any time
    .then(() => {
      service.frames--;
    });
}

function afterRows(service: Service, act: () => void): void {
  if (service.rows === undefined) act();
  else void service.rows.then(act);
}

function flush(service: Service): void {
  const isWritten = service.writer?.flush() === true;
  sayAcknowledged(service);
  say(service, { kind: "flushed", isWritten });
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
