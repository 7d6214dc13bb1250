// Archives as the system's own tar reads them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type TarEntry, tarBytes } from "./tar.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "bms-mini-tar-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const entry = (name: string, content: Uint8Array, more: Partial<TarEntry> = {}): TarEntry => ({
  name,
  modified_ms: Date.UTC(2026, 10, 23, 5, 25, 52),
  size: content.length,
  content: [content],
  ...more,
});

function unpacked(name: string, entries: readonly TarEntry[]): string {
  const folder = mkdtempSync(join(FOLDER, "out-"));
  const archive = join(FOLDER, name);
  writeFileSync(archive, Buffer.concat([...tarBytes(entries)]));
  expect(statSync(archive).size % 512).toBe(0);
  execFileSync("tar", ["-xf", archive, "-C", folder]);
  return folder;
}

test.each([0, 1, 511, 512, 513, 1_000_003])("a file of %i bytes comes back whole, with its time", (size) => {
  const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31) & 0xff);
  const folder = unpacked("one.tar", [entry("folder/one.bin", bytes), entry("two.txt", Buffer.from("two"))]);
  expect(readFileSync(join(folder, "folder/one.bin")).equals(bytes)).toBe(true);
  expect(readFileSync(join(folder, "two.txt"), "utf8")).toBe("two");
  expect(statSync(join(folder, "two.txt")).mtimeMs).toBe(Date.UTC(2026, 10, 23, 5, 25, 52));
});

test("a file that grows or shrinks while it is read keeps the size that was announced", () => {
  const folder = unpacked("moving.tar", [
    entry("grown", Buffer.from("grown and more"), { size: 5 }),
    entry("shrunk", Buffer.from("shr"), { size: 6 }),
    entry("after", Buffer.from("after")),
  ]);
  expect(readFileSync(join(folder, "grown"), "utf8")).toBe("grown");
  expect(readFileSync(join(folder, "shrunk"), "utf8")).toBe("shr\0\0\0");
  expect(readFileSync(join(folder, "after"), "utf8")).toBe("after");
});

test.each(["", "a b", "ä", "x".repeat(101)])("the name %j is refused", (name) => {
  expect(() => [...tarBytes([entry(name, new Uint8Array(0))])]).toThrow(RangeError);
});
