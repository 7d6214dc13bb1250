// Logging in, commands, acknowledging, and log files over the bus.

import { describe, expect, test } from "vitest";
import { createDictionaryRig, type DictionaryRig, readObject, writeObject } from "../../tools/fuzz/dictionary-rig.ts";
import { COMMANDS, type CommandName } from "../model/commands.ts";
import { COMMAND_CODES } from "../model/frozen-numbers.ts";
import { textBytes, textOf } from "./data-types.ts";

const LOGIN = 0x5800;
const LOGOUT = 0x5801;
const COMMAND = 0x5803;
const ACKNOWLEDGE = 0x5804;
const RESET_COUNTERS = 8;

const logIn = (rig: DictionaryRig, password = "correct horse"): number =>
  writeObject(rig, LOGIN, 0, textBytes(password));
const give = (rig: DictionaryRig, code: number, argument = 0): number =>
  writeObject(rig, COMMAND, code, Uint8Array.of(argument));
const result = (rig: DictionaryRig): number => (readObject(rig, 0x5810, 1) as Uint8Array)[0]!;
const word = (rig: DictionaryRig, subIndex: number): number => {
  const [low = 0, high = 0] = readObject(rig, 0x5810, subIndex) as Uint8Array;
  return low + 256 * high;
};

describe("logging in", () => {
  test("service commands are refused before, and taken after", () => {
    const rig = createDictionaryRig();
    expect(give(rig, RESET_COUNTERS)).toBe(0x0800_0021);
    expect(logIn(rig)).toBe(0);
    expect(readObject(rig, 0x5810, 5)).toEqual(Uint8Array.of(1));
    expect(give(rig, RESET_COUNTERS)).toBe(0);
    expect(rig.asked).toEqual([{ kind: "command", command: "resetCounters" }]);
  });

  test.each([
    ["wrong", 0x0609_0030, 5],
    ["unset", 0x0800_0022, 7],
    ["unavailable", 0x0800_0020, 9],
  ] as const)("a password that is %s lets nobody in", (login, abort, code) => {
    const rig = createDictionaryRig();
    rig.login = login;
    expect([logIn(rig), result(rig)]).toEqual([abort, code]);
    expect(give(rig, RESET_COUNTERS)).toBe(0x0800_0021);
  });

  test("after three wrong ones each try costs twice the pause before; the right one then waits too", () => {
    const rig = createDictionaryRig();
    rig.login = "wrong";
    for (let i = 0; i < 4; i++) expect(logIn(rig, "guess")).toBe(0x0609_0030);
    expect([logIn(rig, "guess"), result(rig)]).toEqual([0x0800_0022, 6]);
    for (const pause_s of [4, 8, 16, 32]) {
      expect(word(rig, 7)).toBe(pause_s);
      rig.now_us += pause_s * 1e6;
      expect(logIn(rig, "guess")).toBe(0x0609_0030);
    }
    rig.login = "granted";
    expect(logIn(rig)).toBe(0x0800_0022);
    rig.now_us += 64e6;
    expect(logIn(rig)).toBe(0);
  });

  test("a password that cannot be checked now counts against nobody", () => {
    const rig = createDictionaryRig();
    rig.login = "unavailable";
    for (let i = 0; i < 9; i++) expect(logIn(rig)).toBe(0x0800_0020);
    expect(word(rig, 7)).toBe(0);
  });

  test("a login ends ten minutes after the last change made with it", () => {
    const rig = createDictionaryRig();
    logIn(rig);
    expect(word(rig, 6)).toBe(600);
    rig.now_us += 599e6;
    expect(give(rig, RESET_COUNTERS)).toBe(0); // a change: the ten minutes begin anew
    rig.now_us += 599e6;
    expect(give(rig, RESET_COUNTERS)).toBe(0);
    rig.now_us += 601e6;
    expect(give(rig, RESET_COUNTERS)).toBe(0x0800_0021);
  });

  test("leaving, a new login and the end of one forget what was staged", () => {
    const rig = createDictionaryRig((settings) => {
      settings.canopen.loginTime_min = 1;
    });
    const stage = (): number => writeObject(rig, 0x3100 - 0x100 + 9, 2, Uint8Array.of(15, 0, 0, 0)); // battery.cells
    for (const end of [
      () => expect(writeObject(rig, LOGOUT, 0, Uint8Array.of(1))).toBe(0),
      () => expect(logIn(rig)).toBe(0),
      () => {
        rig.now_us += 60e6;
      },
    ]) {
      expect(logIn(rig)).toBe(0);
      expect(stage()).toBe(0);
      expect(word(rig, 4)).toBe(1);
      end();
      expect(word(rig, 4)).toBe(0);
    }
  });

  test("the password is never told, and 65 bytes are none (0607 0012)", () => {
    const rig = createDictionaryRig();
    expect(readObject(rig, LOGIN)).toBe(0x0601_0001);
    expect(logIn(rig, "x".repeat(64))).toBe(0);
    expect(logIn(rig, "x".repeat(65))).toBe(0x0607_0012);
  });

  test("a busy device checks no password", () => {
    const rig = createDictionaryRig();
    rig.isBusy = true;
    expect([logIn(rig), result(rig)]).toEqual([0x0800_0020, 9]);
  });
});

describe("commands", () => {
  test("each stands at its code and needs its role", () => {
    for (const [i, command] of COMMAND_CODES.entries()) {
      const rig = createDictionaryRig();
      const isOperators = COMMANDS[command as CommandName].role === "operator";
      const abort = give(rig, i + 1);
      expect([command, abort === 0x0800_0021]).toEqual([command, !isOperators]);
      logIn(rig);
      rig.asked.length = 0;
      give(rig, i + 1);
      expect(rig.asked).toEqual([{ kind: "command", command }]);
    }
  });

  test("a cell goes with the commands that have one, 1 to 18", () => {
    const rig = createDictionaryRig();
    logIn(rig);
    const start = COMMAND_CODES.indexOf("startCellDischarge") + 1;
    expect(give(rig, start, 3)).toBe(0);
    expect(rig.asked).toEqual([{ kind: "command", command: "startCellDischarge", argument: 3 }]);
    expect(give(rig, start, 19)).toBe(0x0609_0031);
    expect(give(rig, RESET_COUNTERS, 1)).toBe(0);
    expect(rig.asked.at(-1)).toEqual({ kind: "command", command: "resetCounters" });
  });

  test("what the device refuses is 0800 0022 and told in its own words", () => {
    const rig = createDictionaryRig();
    logIn(rig);
    expect(give(rig, COMMAND_CODES.indexOf("startCellDischarge") + 1, 18)).toBe(0x0800_0022);
    expect([result(rig), textOf(readObject(rig, 0x5810, 2) as Uint8Array)]).toEqual([3, "cells are 1 to 16"]);
  });
});

test("errors are acknowledged by number, or all", () => {
  const rig = createDictionaryRig();
  expect(writeObject(rig, ACKNOWLEDGE, 0, Uint8Array.of(0xff, 0xff))).toBe(0);
  expect(writeObject(rig, ACKNOWLEDGE, 0, Uint8Array.of(0, 0))).toBe(0);
  expect(rig.asked).toEqual([
    { kind: "acknowledge", faults: "all" },
    { kind: "acknowledge", faults: ["overcurrentCharge"] },
  ]);
  expect(writeObject(rig, ACKNOWLEDGE, 0, Uint8Array.of(0xe7, 0x03))).toBe(0x0609_0030);
});

describe("log files", () => {
  const LOG = 0x5831;
  const withLogs = (): DictionaryRig => {
    const rig = createDictionaryRig();
    rig.logs.set(
      "2026-01-01.mcap",
      Uint8Array.from({ length: 10 }, (_, i) => i),
    );
    rig.logs.set("2026-01-02.mcap", new Uint8Array(3).fill(7));
    return rig;
  };
  const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);

  test("are listed, a line each, and read by name from any byte", () => {
    const rig = withLogs();
    expect(textOf(readObject(rig, 0x5830) as Uint8Array)).toBe("2026-01-01.mcap 10\n2026-01-02.mcap 3\n");
    expect(writeObject(rig, LOG, 1, textBytes("2026-01-01.mcap"))).toBe(0);
    expect(readObject(rig, LOG, 5)).toEqual(rig.logs.get("2026-01-01.mcap"));
    expect(writeObject(rig, LOG, 3, u32(8))).toBe(0);
    expect(readObject(rig, LOG, 5)).toEqual(Uint8Array.of(8, 9));
    expect(writeObject(rig, LOG, 3, u32(10))).toBe(0);
    expect(readObject(rig, LOG, 5)).toEqual(new Uint8Array(0));
  });

  test("are read by their number in the list, in parts of at most 1 MiB", () => {
    const rig = withLogs();
    expect(writeObject(rig, LOG, 2, Uint8Array.of(2, 0))).toBe(0x0609_0030); // no list read yet
    readObject(rig, 0x5830);
    expect(writeObject(rig, LOG, 2, Uint8Array.of(2, 0))).toBe(0);
    expect(readObject(rig, LOG, 2)).toEqual(Uint8Array.of(2, 0));
    expect(writeObject(rig, LOG, 4, u32(2))).toBe(0);
    expect(readObject(rig, LOG, 5)).toEqual(Uint8Array.of(7, 7));
    expect(writeObject(rig, LOG, 4, u32(0x10_0001))).toBe(0x0609_0031);
    expect(writeObject(rig, LOG, 4, u32(0))).toBe(0x0609_0032);
    expect(writeObject(rig, LOG, 2, Uint8Array.of(3, 0))).toBe(0x0609_0030);
  });

  test("that are gone, or none chosen, are 0800 0024; a name never leads out of the directory", () => {
    const rig = withLogs();
    expect(readObject(rig, LOG, 5)).toBe(0x0800_0024);
    for (const name of ["../secret", "/etc/passwd", "a\\b", "..", ".", ""])
      expect([name, writeObject(rig, LOG, 1, textBytes(name))]).toEqual([name, 0x0609_0030]);
    expect(writeObject(rig, LOG, 1, textBytes("gone.mcap"))).toBe(0);
    expect(readObject(rig, LOG, 5)).toBe(0x0800_0024);
  });
});
