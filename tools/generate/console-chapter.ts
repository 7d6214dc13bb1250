// docs/console.md: the console's commands, types and errors as it tells them itself, and how a real USB port is made.

import { DATATYPES } from "../../src/console/datatypes.ts";
import { GATEWAY_ERRORS } from "../../src/console/errors.ts";
import { helpLines } from "../../src/console/help.ts";
import { LONGEST_LINE } from "../../src/console/line-reader.ts";
import { SETTING_LIST } from "../../src/model/settings.ts";
import { chapter, table } from "./markdown.ts";

const INTRO = `The device is configured over USB: plugged in, it is a virtual COM port, and what listens there is a console for people and programs alike. It speaks the ASCII gateway of
CiA 309-3, so that every object of the device ([the dictionary](canopen.md)) and of any other node on its CAN bus is reached from a terminal or from a program that knows that standard;
names may stand for index and sub-index. The same console is served over TCP (port 3093), on this machine alone unless the owner opens it: it has no encryption.

    bms console                        # the modelled board of ./data: line editing, TAB completes names
    bms console /dev/ttyACM0           # a real one, on Linux; COM5 on Windows, /dev/tty.usbmodem... on macOS
    bms console 127.0.0.1:3093         # over TCP
    bms console -c "r soc" -c "r battery_V"     # for scripts: answers on standard output, exit code 1 where one is an error
    nc 127.0.0.1 3093                  # anything that can type will do`;

const block = (lines: readonly string[]): string => lines.map((line) => `    ${line}`).join("\n");

const EXAMPLES = `A program numbers its lines, \`[7] r soc\`, and finds its answer by the number; a person leaves it out. Lines that begin with \`#\` are remarks. A value that stands for a word is followed by it.

    r soc                              0.6101551
    r mode                             3 #running
    [1] 32 read 0x1018 2 u32           [1] 33
    w user.address Cellar              ERROR:0x08000021 #data cannot be transferred ... : log in with the service password first
    login                              asked for, and not shown, by bms console; else login "the password"
    w user.address Cellar              OK, staged
    w protections.overvoltage.limit_V 3.7
    w session.commit 1                 OK: both are in force, or neither, with the reason
    logout
    5 r 0x1000 0 u32                   another node on the bus, by SDO
    0 start                            all nodes Operational
    watch soc current_A 500            # soc 0.6101 ... every half second, until watch off`;

const ACCESS = `Reading is open. Settings, service commands, writing to other nodes, LSS orders and the communication area (below 2000h) want the service password (\`bms password\` sets it), unless the owner has
opened them (\`canopen.settingsAccess\`). Driving input signals, acknowledging errors, operator's commands and NMT follow \`canopen.controlAccess\`: by default whoever is on the wire or on this machine. A login ends with
\`logout\`, ${"`canopen.loginTime_min`"} after the last change, or when its program closes the port, killed or not. A real gadget port does not tell the device that a program has gone, only that the cable has: there the time ends it, and
\`bms console\` logs out whoever was there before.`;

const LINES = `A line ends with CR, LF or both and has ${LONGEST_LINE} bytes at most; a longer one, and one with bytes that are no text, is a syntax error and is not run. Up to 64 lines may wait while one is carried out. Backspace takes back a letter,
Ctrl-C the line; \`set echo 1\` shows what is typed in a terminal that does not.`;

const errors = (): string =>
  table(
    ["Answer", "Meaning"],
    [
      ...Object.values(GATEWAY_ERRORS).map(({ code, text }) => [`\`ERROR:${code}\``, text]),
      ["`ERROR:0x06020000` and the like", "the abort code of an SDO (CiA 301), in words behind the #"],
    ],
  );

const types = (): string =>
  table(
    ["Type", "Value"],
    Object.entries(DATATYPES).map(([name, { help }]) => [`\`${name}\``, help]),
  );

const HARDWARE = `A board under Linux with a USB device port becomes a CDC-ACM gadget with [usb-console.sh](usb-console.sh), which makes \`/dev/ttyGS0\`; Windows 10, macOS and Linux know the class and need no driver. As a service of systemd:

    [Unit]
    Description=USB console
    Before=bms.service
    [Service]
    Type=oneshot
    RemainAfterExit=yes
    ExecStart=/usr/share/bms-mini/usb-console.sh start
    ExecStop=/usr/share/bms-mini/usb-console.sh stop
    [Install]
    WantedBy=multi-user.target

Then give the device its port, \`console: { usbPort: /dev/ttyGS0 }\` in a file for \`bms run --settings\`, and keep the system's own login from it: \`systemctl mask serial-getty@ttyGS0\`. A port that is missing is a signal and is tried again.

**From a browser**: Chrome and Edge open the same port with Web Serial, without a program to install; the bit rate is without meaning. The monitor's pages do so with *Connect by USB*
([the monitor](monitor.md)); a page of one's own needs no more than this:

    const port = await navigator.serial.requestPort();
    await port.open({ baudRate: 115200 });
    const writer = port.writable.getWriter();
    await writer.write(new TextEncoder().encode("[1] r soc\\r\\n"));
    const { value } = await port.readable.getReader().read();   // "[1] 0.61\\r\\n", maybe in pieces`;

const settings = (): string =>
  table(
    ["Setting", "Default", "Meaning"],
    SETTING_LIST.filter(({ name }) => name.startsWith("console.")).map(({ name, row }) => [
      `\`${name}\``,
      String(row.default),
      row.help,
    ]),
  );

export const consoleChapter = (): string =>
  chapter("The console at USB", INTRO, [
    ["Commands", block(helpLines("") ?? [])],
    ["Examples", EXAMPLES],
    ["Who may do what", ACCESS],
    ["LSS", `Orders want a login.\n\n${block(helpLines("lss") ?? [])}`],
    ["Data types", types()],
    ["Errors", errors()],
    ["Lines", LINES],
    ["On hardware", HARDWARE],
    ["Settings", settings()],
  ]);
