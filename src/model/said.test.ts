// Sentences with places, in English and in another language.
import { expect, test } from "vitest";
import { sayer, speak } from "./said.ts";

const say = sayer("test", { open: "opened {which} after {time}", charge: "the charging contactor", main: "the main contactor" });
const sentence = say("open", { which: [say("charge"), say("main")], time: "1.00 s" });
const GERMAN: Readonly<Record<string, string>> = {
  "test.open": "nach {time} wurden {which} geöffnet",
  "test.charge": "der Ladeschütz",
  "words.and": " und ",
};

test("a sentence is told by code, template and values", () => {
  expect(say("open", { time: "1.00 s" })).toEqual({ code: "test.open", says: "opened {which} after {time}", values: { time: "1.00 s" } });
});

test("its words are English where nothing else is given", () => {
  expect(speak(sentence)).toBe("opened the charging contactor and the main contactor after 1.00 s");
});

test("a language may order the places as it likes, and what it lacks stays English", () => {
  expect(speak(sentence, (code, english) => GERMAN[code] ?? english)).toBe("nach 1.00 s wurden der Ladeschütz und the main contactor geöffnet");
});

test("a place without a value stands as it is, and what is put in is not filled in again", () => {
  expect(speak({ code: "x", says: "{a} {b}", values: { a: "{b}" } })).toBe("{b} {b}");
});
