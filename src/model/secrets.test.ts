// No password may be forgotten: every setting that sounds like one is marked.
import { expect, test } from "vitest";
import { SECRET_SETTINGS, withoutSecrets } from "./secrets.ts";
import { SETTING_LIST } from "./settings.ts";

test("whatever is called a password, key, token, secret or pin code is secret", () => {
  const sounds = SETTING_LIST.filter(({ name, row }) => row.kind === "text" && /passw|secret|token|key$|_key|pin$/i.test(name));
  expect(sounds.map(({ name }) => name)).toEqual(SECRET_SETTINGS);
  expect(SECRET_SETTINGS).toContain("ftp.password");
});

test("settings without secrets keep everything else", () => {
  expect(withoutSecrets({ "ftp.password": "hunter2", "ftp.user": "pack", "battery.cells": 16 })).toEqual({
    "ftp.user": "pack",
    "battery.cells": 16,
  });
});
