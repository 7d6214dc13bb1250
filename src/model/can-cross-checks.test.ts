// Partners that cannot share the bus are refused with one line that says who and why; those that can are accepted.

import { describe, expect, test } from "vitest";
import { createSettings, type SettingValue } from "./settings.ts";
import { changeSettings } from "./validation.ts";

type Changes = Record<string, SettingValue>;
const refusals = (changes: Changes): string[] => {
  const changed = changeSettings(createSettings(), changes);
  return changed.ok ? [] : changed.violations.map(({ setting, reason }) => `${setting}: ${reason}`);
};
const at500 = { "can.bitRate": "500" };

describe("bit rates", () => {
  test.each([
    ["an inverter at 250", { "inverter.profile": "pylontech" }, "can.bitRate: is 250 kbit/s, but the inverter speaks at 500 kbit/s"],
    ["an Eltek charger at 250", { "eltekCharger.enable": true }, "can.bitRate: is 250 kbit/s, but the Eltek charger speaks at 125 kbit/s"],
    ["an Elcon charger at 125", { "j1939Charger.enable": true, "can.bitRate": "125" }, "can.bitRate: is 125 kbit/s, but the J1939 charger speaks at 250 or 500 kbit/s"],
    ["an inverter and an Eltek charger, whatever the rate", { ...at500, "inverter.profile": "sma", "eltekCharger.enable": true }, "can.bitRate: is 500 kbit/s, but the Eltek charger speaks at 125 kbit/s"],
    ["both at a rate of neither", { "can.bitRate": "1000", "inverter.profile": "sma", "eltekCharger.enable": true }, "can.bitRate: is 1000 kbit/s, but the inverter speaks at 500 kbit/s, and the Eltek charger speaks at 125 kbit/s"],
  ] as [string, Changes, string][])("%s", (_, changes, line) => {
    expect(refusals(changes)).toEqual([line]);
  });

  test.each([
    ["an inverter at 500", { ...at500, "inverter.profile": "pylontech" }],
    ["an inverter, a 6.6 kW Elcon charger, a CANopen charger and a shunt at 500", { ...at500, "inverter.profile": "victron", "j1939Charger.enable": true, "cia419Charger.enable": true, "shunt.enable": true }],
    ["an Elcon charger at 250", { "j1939Charger.enable": true }],
    ["an Eltek charger and a CANopen one at 125", { "can.bitRate": "125", "eltekCharger.enable": true, "cia419Charger.enable": true }],
    ["every profile at 500", { ...at500, "inverter.profile": "growatt" }],
  ] as [string, Changes][])("%s is accepted", (_, changes) => {
    expect(refusals(changes)).toEqual([]);
  });
});

describe("identifiers", () => {
  test.each([
    ["two chargers with one command", { "j1939Charger.enable": true, "genericCharger.enable": true, "genericCharger.statusId": 1 }, "genericCharger.commandId: the J1939 charger and the other charger (genericCharger) both use identifier 0x1806E5F4: disable one of them, or change its id"],
    ["two chargers with one status", { "j1939Charger.enable": true, "genericCharger.enable": true, "genericCharger.commandId": 1 }, "genericCharger.statusId: the J1939 charger and the other charger (genericCharger) both use identifier 0x18FF50E5: disable one of them, or change its id"],
    ["a shunt on a frame of the inverter", { ...at500, "inverter.profile": "pylontech", "shunt.enable": true, "shunt.canId": 0x305 }, "shunt.canId: the inverter and the shunt both use identifier 0x305: disable one of them, or change its id"],
    ["a shunt on our own heartbeat", { "shunt.enable": true, "shunt.canId": 0x720 }, "shunt.canId: this device as a CANopen node and the shunt both use identifier 0x720: disable one of them, or change its id"],
    ["Victron's 0x382 with node 2", { ...at500, "inverter.profile": "victron", "can.nodeId": 2 }, "can.nodeId: the inverter and this device as a CANopen node both use identifier 0x382: disable one of them, or change its id"],
    ["a CANopen charger as node 5 beside an inverter's 0x305", { ...at500, "inverter.profile": "pylontech", "cia419Charger.enable": true, "cia419Charger.nodeId": 5 }, "cia419Charger.nodeId: the inverter and the CANopen charger both use identifier 0x305: disable one of them, or change its id"],
    ["a shunt on the second receive PDO of a CiA 418 node", { "canopen.pdoSet": "cia418", "shunt.enable": true, "shunt.canId": 0x320 }, "shunt.canId: this device as a CANopen node and the shunt both use identifier 0x320: disable one of them, or change its id"],
    ["a shunt on the third one, beside the vendor's PDOs", { "canopen.pdoSet": "both", "shunt.enable": true, "shunt.canId": 0x420 }, "shunt.canId: this device as a CANopen node and the shunt both use identifier 0x420: disable one of them, or change its id"],
  ] as [string, Changes, string][])("%s", (_, changes, line) => {
    expect(refusals(changes)).toEqual([line]);
  });

  test("every conflict is told, one line each, at the setting that moves the identifier", () => {
    const changes = { ...at500, "inverter.profile": "victron", "can.nodeId": 2, "shunt.enable": true, "shunt.canId": 0x305, "genericCharger.enable": true, "genericCharger.extended": false, "genericCharger.commandId": 0x351, "genericCharger.statusId": 0x702 };
    expect(refusals(changes)).toEqual([
      "can.nodeId: the inverter and this device as a CANopen node both use identifier 0x382: disable one of them, or change its id",
      "genericCharger.commandId: the inverter and the other charger (genericCharger) both use identifier 0x351: disable one of them, or change its id",
      "genericCharger.statusId: this device as a CANopen node and the other charger (genericCharger) both use identifier 0x702: disable one of them, or change its id",
      "shunt.canId: the inverter and the shunt both use identifier 0x305: disable one of them, or change its id",
    ]);
  });

  test("several identifiers of the same two are one line", () => {
    const line = "cia419Charger.nodeId: this device as a CANopen node and the CANopen charger both use identifiers 0x1A0, 0x2A0, 0x3A0, 0x720: disable one of them, or change its id";
    expect(refusals({ "cia419Charger.enable": true, "cia419Charger.nodeId": 32 })).toContain(line);
  });

  test("a charger whose status would have the identifier of its command", () => {
    const same = { "genericCharger.enable": true, "genericCharger.commandId": 5, "genericCharger.statusId": 5 };
    expect(refusals(same)).toEqual(["genericCharger.statusId: is 0x5, which is the command's (genericCharger.commandId)"]);
    expect(refusals({ ...same, "genericCharger.statusId": 6 })).toEqual([]);
    expect(refusals({ ...same, "genericCharger.enable": false })).toEqual([]);
  });

  // TC and Elcon chargers: 0xE5, and 0xE7 to 0xE9 for the second to the fourth on one bus.
  test.each([[1, 0xe5], [2, 0xe7], [3, 0xe8], [4, 0xe9]])("J1939 charger %i keeps its address %i for itself", (number, address) => {
    const at = (sourceAddress: number) => refusals({ "j1939Charger.enable": true, "j1939Charger.number": number, "j1939Charger.sourceAddress": sourceAddress });
    expect(at(address)).toEqual([`j1939Charger.sourceAddress: is 0x${address.toString(16).toUpperCase()}, the charger's own address (j1939Charger.number ${number})`]);
    expect(at(0xe6)).toEqual([]);
  });

  test("the vendor's set has no receive PDO whose identifier could be taken", () => {
    expect(refusals({ "shunt.enable": true, "shunt.canId": 0x220 })).toEqual([]);
  });

  test("the same number with 11 and with 29 bits is not the same", () => {
    expect(refusals({ ...at500, "inverter.profile": "pylontech", "shunt.enable": true, "shunt.canId": 0x305, "shunt.extended": true })).toEqual([]);
  });

  test("a charger at our own node id", () => {
    expect(refusals({ "cia419Charger.enable": true, "cia419Charger.nodeId": 32 })).toContain("cia419Charger.nodeId: is this device's own node id (can.nodeId 32)");
  });
});

describe("a charger that is asked through CiA 418 has the whole limit, and nobody beside it", () => {
  const whole = (set: string): string =>
    `canopen.pdoSet: is ${set}: its charger is asked for the whole charge limit, which an inverter (inverter.profile) or another charger on the bus would be given once more; set vendor, or disable them`;

  test.each([
    ["an inverter", { ...at500, "inverter.profile": "pylontech" }],
    ["a J1939 charger", { "j1939Charger.enable": true }],
    ["an Eltek charger", { "can.bitRate": "125", "eltekCharger.enable": true }],
    ["a CANopen charger that is commanded", { "cia419Charger.enable": true }],
    ["another charger", { "genericCharger.enable": true }],
  ] as [string, Changes][])("%s is refused with either set", (_, changes) => {
    for (const set of ["cia418", "both"]) expect(refusals({ ...changes, "canopen.pdoSet": set })).toEqual([whole(set)]);
    expect(refusals(changes)).toEqual([]);
  });

  test("alone, or with a shunt, it is accepted", () => {
    expect(refusals({ "canopen.pdoSet": "cia418" })).toEqual([]);
    expect(refusals({ "canopen.pdoSet": "both", "shunt.enable": true })).toEqual([]);
  });
});

describe("what cannot work", () => {
  test.each([
    ["a dialect without a public table", { "j1939Charger.enable": true, "j1939Charger.compliance": "osnPower" }, "j1939Charger.compliance"],
    ["a MicroPower charger", { "microPowerCharger.enable": true }, "microPowerCharger.enable"],
    ["an expected charger that nobody speaks to", { "equipment.chargerExpected": true }, "equipment.chargerExpected"],
    ["an expected Goodwe", { ...at500, "inverter.profile": "goodwe", "equipment.partnerExpected": true }, "equipment.partnerExpected"],
    ["Sunny Island under 41 V of charge voltage", { ...at500, "inverter.profile": "sma", "battery.cells": 8 }, "battery.chargeVoltage_V"],
    ["Sunny Island over 48 V of discharge voltage", { ...at500, "inverter.profile": "sma", "battery.dischargeVoltage_V": 3.01 }, "battery.dischargeVoltage_V"],
    ["11 bits that are more", { "genericCharger.enable": true, "genericCharger.extended": false, "genericCharger.commandId": 0x800, "genericCharger.statusId": 1 }, "genericCharger.commandId"],
    ["a current on the voltage", { "genericCharger.enable": true, "genericCharger.currentByte": 1 }, "genericCharger.currentByte"],
    ["a control byte on the current", { "genericCharger.enable": true, "genericCharger.controlByte": 3 }, "genericCharger.controlByte"],
    ["a current beyond the command", { "genericCharger.enable": true, "genericCharger.length": 3, "genericCharger.controlByte": -1 }, "genericCharger.currentByte"],
    ["a shunt's current beyond the frame", { "shunt.enable": true, "shunt.firstByte": 5 }, "shunt.firstByte"],
    ["a charge voltage at the overvoltage limit", { "cia419Charger.enable": true, "cia419Charger.charge_V": 60 }, "cia419Charger.charge_V"],
    ["a charger that shuts off under its set point", { "can.bitRate": "125", "eltekCharger.enable": true, "eltekCharger.overvoltage_V": 56 }, "eltekCharger.overvoltage_V"],
    ["urgent before plain", { "inverter.forceUrgentSoc": 0.2, "inverter.forceChargeSoc": 0.1 }, "inverter.forceUrgentSoc"],
  ] as [string, Changes, string][])("%s is refused", (_, changes, setting) => {
    expect(refusals(changes).map((line) => line.split(":")[0])).toContain(setting);
  });

  test.each([
    ["a charge voltage just under it", { "cia419Charger.enable": true, "cia419Charger.charge_V": 59.99 }],
    ["a shunt's current up to the last byte", { "shunt.enable": true, "shunt.firstByte": 4 }],
    ["the highest id of 11 bits", { "genericCharger.enable": true, "genericCharger.extended": false, "genericCharger.commandId": 0x7ff, "genericCharger.statusId": 1 }],
    ["Sunny Island at 48.0 V", { ...at500, "inverter.profile": "sma", "battery.dischargeVoltage_V": 3 }],
  ] as [string, Changes][])("%s is accepted", (_, changes) => {
    expect(refusals(changes)).toEqual([]);
  });
});
