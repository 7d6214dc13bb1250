// socketcand on both sides: elements out of pieces and garbage, the server's answers, the client's way to raw mode. Texts are
// those of the project's description and of what its own server and python-can send.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CanFrame, extendedFrame, isFrame, standardFrame } from "../base/can-frame.ts";
import { bytesOfAscii } from "./ascii.ts";
import { createElements, frameElement, frameOfSend, frameOfTold, sendElement, takeElements } from "./socketcand.ts";
import { createClient, takeClientChunk } from "./socketcand-client.ts";
import { createSession, elementOfBus, serveSocketcand, takeSocketcandChunk } from "./socketcand-server.ts";

const data = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const words = (text: string): string[] => text.split(" ");

describe("frames", () => {
  test.each([
    ["123 4 de ad be ef", standardFrame(0x123, data(0xde, 0xad, 0xbe, 0xef))],
    ["7FF 0", standardFrame(0x7ff, data())],
    ["18FF50E5 1 0", extendedFrame(0x18ff50e5, data(0))],
    ["00000123 1 5", extendedFrame(0x123, data(5))],
    ["800 0", extendedFrame(0x800, data())],
    ["1 8 1 2 3 4 5 6 7 8", standardFrame(1, data(1, 2, 3, 4, 5, 6, 7, 8))],
  ])("send %s", (text, frame) => {
    expect(frameOfSend(words(text))).toEqual(frame);
  });

  test.each([
    ...["", "123", "123 1", "123 2 1", "123 1 1 1", "123 9 1 2 3 4 5 6 7 8 9", "123 1 100", "123 1 g", "20000000 0"],
    ...["123456789 0", "12x 0", "123 -1", "123 x", "123 1 0x1"],
  ])('send "%s" is none', (text) => {
    expect(frameOfSend(words(text))).toBeUndefined();
  });

  test.each([
    ["< frame 123 1436509052.249713 DEADBEEF >", standardFrame(0x123, data(0xde, 0xad, 0xbe, 0xef))],
    ["< frame 080 1436509052.249713  >", standardFrame(0x80, data())],
    ["< frame 18FF50E5 1436509052.249713 00 >", extendedFrame(0x18ff50e5, data(0))],
  ])("%s, both ways", (text, frame) => {
    expect(frameElement(frame, 1_436_509_052_249_713)).toBe(text);
    const [element = []] = takeElements(createElements(), bytesOfAscii(text));
    expect(frameOfTold(element.slice(1))).toEqual(frame);
  });

  test("bytes may come in words of their own, as some servers tell them", () => {
    expect(frameOfTold(words("123 1.000000 DE AD"))).toEqual(standardFrame(0x123, data(0xde, 0xad)));
  });

  test.each(["123", "123 x 00", "123 1.0 0", "123 1.0 001122334455667788", "800000000 1.0 00", "123 1.0 GG"])(
    'frame "%s" is none',
    (text) => {
      expect(frameOfTold(words(text))).toBeUndefined();
    },
  );

  test("what a client asks to send is what the server reads, whatever the frame (seed 29536)", () => {
    const frame = fc
      .record({
        extended: fc.boolean(),
        id: fc.integer({ min: 0, max: 0x1fffffff }),
        data: fc.uint8Array({ maxLength: 8 }),
      })
      .map(({ extended, id, data }) => (extended ? extendedFrame(id, data) : standardFrame(id & 0x7ff, data)));
    fc.assert(
      fc.property(frame, (each) => {
        const [element = []] = takeElements(createElements(), bytesOfAscii(sendElement(each)));
        expect(element[0]).toBe("send");
        expect(frameOfSend(element.slice(1))).toEqual(each);
      }),
      { seed: 29_536, numRuns: 500 },
    );
  });
});

describe("elements", () => {
  test("come whole out of pieces of any size, with anything between them", () => {
    const bytes = bytesOfAscii("noise < hi >< ok >\r\n<echo> < send  1 0 >< rest");
    for (let size = 1; size <= bytes.length; size++) {
      const elements = createElements();
      const found: string[][] = [];
      for (let at = 0; at < bytes.length; at += size)
        found.push(...takeElements(elements, bytes.subarray(at, at + size)));
      expect(found).toEqual([["hi"], ["ok"], ["echo"], ["send", "1", "0"]]);
      expect(elements.rest).toBe("< rest");
    }
  });

  test("an element without an end is not kept for long, and the next is whole", () => {
    const elements = createElements();
    for (let i = 0; i < 1000; i++) expect(takeElements(elements, bytesOfAscii(`< ${"x".repeat(1000)}`))).toEqual([]);
    expect(elements.rest.length).toBeLessThanOrEqual(256);
    expect(takeElements(elements, bytesOfAscii("< echo >"))).toEqual([["echo"]]);
  });

  test.each([">", "<", "x", "<>"])("64 KiB of %s are looked at once, not once for each of them", (piece) => {
    const flood = bytesOfAscii(piece.repeat(65_536 / piece.length));
    const elements = createElements();
    takeElements(elements, flood); // compiles
    const began_ms = performance.now();
    takeElements(elements, flood);
    expect(performance.now() - began_ms).toBeLessThan(250); // some ms; it were 1400 and more
    expect(takeElements(elements, bytesOfAscii("> < echo >")).at(-1)).toEqual(["echo"]);
  });
});

function rig() {
  const sent: CanFrame[] = [];
  const room = { left: Number.POSITIVE_INFINITY };
  const bus = {
    name: "can0",
    send: (frame: CanFrame) => {
      if (room.left-- <= 0) return false;
      sent.push(frame);
      return true;
    },
  };
  const session = createSession();
  const say = (text: string, share = 1000): string => {
    takeSocketcandChunk(session, bytesOfAscii(text));
    return serveSocketcand(session, bus, share).answers;
  };
  return { session, bus, sent, room, say };
}
const RAW = "< open can0 >< rawmode >";

describe("the server", () => {
  test.each([
    ["< open can0 >", "< ok >"],
    ["< echo >", "< echo >"],
    [RAW, "< ok >< ok >"],
    ["< rawmode >", "< error unknown command >"],
    ["< send 123 0 >", "< error unknown command >"],
    ["< open >", "< error unknown command >"],
    ["< open can0 >< bcmmode >", "< ok >< ok >"],
    ["< open can0 >< add 1 0 123 0 >", "< ok >< error not supported, use rawmode >"],
    ["< open can0 >< isotpmode >", "< ok >< error not supported, use rawmode >"],
    ["< open can0 >< what >", "< ok >< error unknown command >"],
    ["< open can0 >< >", "< ok >< error unknown command >"],
    [`${RAW}< send 123 1 x >`, "< ok >< ok >< error Syntax error in send command >"],
    [`${RAW}< send 123 1 5 >`, "< ok >< ok >"],
  ])("%s is answered with %s", (text, answers) => {
    const { session, say } = rig();
    expect(say(text)).toBe(answers);
    expect(session.isBroken).toBe(false);
  });

  test("a bus of another name is not there, and the connection ends", () => {
    const { session, say } = rig();
    expect(say("< open can1 >< echo >")).toBe("< error could not open bus >");
    expect(session.isBroken).toBe(true);
  });

  test("frames of the bus are told in raw mode alone, and remote frames not at all", () => {
    const { session, say } = rig();
    const frame = standardFrame(0x123, data(1));
    expect(elementOfBus(session, frame, 1e6)).toBe("");
    say("< open can0 >");
    expect(elementOfBus(session, frame, 1e6)).toBe("");
    say("< rawmode >");
    expect(elementOfBus(session, frame, 1e6)).toBe(" < frame 123 1.000000 01 >");
    expect(elementOfBus(session, { ...frame, remote: true, length: 0, data: data() }, 1e6)).toBe("");
  });

  test("while the bus has no room elements wait in order, and go on", () => {
    const { session, bus, sent, room, say } = rig();
    say(RAW);
    room.left = 1;
    takeSocketcandChunk(session, bytesOfAscii("< send 1 0 >< send 2 0 >< echo >"));
    expect(serveSocketcand(session, bus, 1000)).toEqual({ answers: "", served: 1, isBlocked: true });
    room.left = 10;
    expect(serveSocketcand(session, bus, 1000)).toEqual({ answers: "< echo >", served: 2, isBlocked: false });
    expect(sent.map(({ id }) => id)).toEqual([1, 2]);
  });

  test("no more than a share is served in one go", () => {
    const { session, bus, sent, say } = rig();
    say(RAW);
    takeSocketcandChunk(session, bytesOfAscii("< send 1 0 >".repeat(100)));
    expect(serveSocketcand(session, bus, 16).served).toBe(16);
    expect(sent).toHaveLength(16);
    expect(session.waiting).toHaveLength(84);
  });

  test("garbage throws nothing, keeps little, and sends only frames (seed 9)", () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(RAW, "< send 123 1 5 >", "< send ", "<", ">", "< open can0 >").map(bytesOfAscii),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (chunks) => {
        const { session, bus, sent } = rig();
        for (const chunk of chunks) {
          takeSocketcandChunk(session, chunk);
          serveSocketcand(session, bus, 1e6);
          expect(session.elements.rest.length).toBeLessThanOrEqual(256);
        }
        for (const frame of sent) expect(isFrame(frame)).toBe(true);
      }),
      { seed: 9, numRuns: 1000 },
    );
  });
});

describe("the client", () => {
  test("greets, opens, asks for raw mode, and then takes frames, in pieces of any size", () => {
    const bytes = bytesOfAscii("< hi >< ok >< ok > < frame 123 1.000000 DEAD > < frame 7FF 1.000000  >");
    for (let size = 1; size <= bytes.length; size++) {
      const client = createClient("can7");
      const frames: CanFrame[] = [];
      let sent = "";
      let opened = 0;
      for (let at = 0; at < bytes.length; at += size) {
        const step = takeClientChunk(client, bytes.subarray(at, at + size));
        sent += step.send;
        frames.push(...step.frames);
        if (step.hasOpened) opened++;
      }
      expect(sent).toBe("< open can7 >< rawmode >");
      expect(opened).toBe(1);
      expect(frames).toEqual([standardFrame(0x123, data(0xde, 0xad)), standardFrame(0x7ff, data())]);
    }
  });

  test("a bus that the server does not open is a refusal in the server's words", () => {
    const client = createClient("can7");
    takeClientChunk(client, bytesOfAscii("< hi >"));
    expect(takeClientChunk(client, bytesOfAscii("< error could not open bus >")).refused).toBe("could not open bus");
  });

  test("frames that cannot be read and errors in raw mode are counted, and the bus stays open", () => {
    const client = createClient("can0");
    takeClientChunk(client, bytesOfAscii("< hi >< ok >< ok >"));
    const step = takeClientChunk(client, bytesOfAscii("< frame 123 >< error Syntax error >< frame 1 1.0 00 >"));
    expect(step).toMatchObject({ lost: 2, refused: undefined });
    expect(step.frames).toHaveLength(1);
  });
});
