// The screen against a terminal that only remembers what was written to it.
import { EventEmitter } from "node:events";
import type { ReadStream, WriteStream } from "node:tty";
import { expect, test } from "vitest";
import { Screen } from "./screen.ts";

class Terminal extends EventEmitter {
  columns = 80;
  rows = 24;
  writableLength = 0;
  written = "";
  write(text: string): boolean {
    this.written += text;
    return true;
  }
  /** What was written since the last look. */
  look(): string {
    const seen = this.written;
    this.written = "";
    return seen;
  }
}

function open(): { terminal: Terminal; screen: Screen; raw: boolean[] } {
  const terminal = new Terminal();
  const raw: boolean[] = [];
  const input = { isTTY: true, setRawMode: (on: boolean) => raw.push(on) };
  const screen = new Screen(terminal as unknown as WriteStream, input as unknown as ReadStream);
  screen.open();
  return { terminal, screen, raw };
}

test("takes the other screen, hides the cursor, and gives everything back, once", () => {
  const { terminal, screen, raw } = open();
  expect(terminal.look()).toContain("\x1b[?1049h");
  screen.close();
  screen.close();
  expect(terminal.look()).toBe("\x1b[?7h\x1b[?25h\x1b[0m\x1b[?1049l");
  expect(raw).toEqual([true, false]);
});

test("paints only the lines that changed, in one write between the marks of a picture", () => {
  const { terminal, screen } = open();
  screen.paint(["one", "two", "three"]);
  terminal.look();
  screen.paint(["one", "2", "three"]);
  expect(terminal.look()).toBe("\x1b[?2026h\x1b[2;1H2\x1b[0m\x1b[K\x1b[?2026l");
  screen.paint(["one", "2", "three"]);
  expect(terminal.look()).toBe("");
  screen.close();
});

test("nothing is painted beyond the terminal, also after it shrank", () => {
  const { terminal, screen } = open();
  terminal.rows = 12;
  terminal.columns = 40;
  screen.refresh();
  terminal.look();
  screen.paint(Array.from({ length: 50 }, () => "x".repeat(200)));
  const seen = terminal.look();
  expect(seen).toContain("\x1b[12;1H");
  expect(seen).not.toContain("\x1b[13;1H");
  expect(Math.max(...[...seen.matchAll(/x+…?/g)].map(([run]) => run.length))).toBe(40);
  screen.close();
});

test("a terminal that does not keep up misses pictures instead of queueing them", () => {
  const { terminal, screen } = open();
  terminal.look();
  terminal.writableLength = 100_000;
  screen.paint(["late"]);
  expect(terminal.look()).toBe("");
  terminal.writableLength = 0;
  screen.paint(["now"]);
  expect(terminal.look()).toContain("now");
  screen.close();
});

test("an end without a close still gives the terminal back", () => {
  const { terminal, screen } = open();
  terminal.look();
  const listeners = process.listeners("exit");
  listeners.at(-1)?.call(process, 0);
  expect(terminal.look()).toContain("\x1b[?1049l");
  screen.close();
});
