// English: frame of the pages, navigation, states of the connection, common words.

export const SHELL = {
  product: "bms-mini",
  skip: "Skip to the content",
  navigation: "Pages",
  language: "Language",
  theme: { system: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" },
  pages: {
    pack: "Pack",
    why: "Why",
    settings: "Settings",
    history: "History",
    whatIf: "What-if",
    wiring: "Wiring",
    bus: "Bus",
    world: "World",
    report: "Report",
    accounts: "Accounts",
  },
  link: {
    connecting: "Connecting…",
    up: "Live",
    down: "The device is down",
    age: (text: string) => `last heard ${text} ago`,
    never: "nothing heard yet",
    simulated: "modelled pack",
  },
  broken: "Stopped:",
  lost: "Not connected:",
  contactorsOpen:
    "Its contactors count as open. This is a mistake in the program; please report it with the words above.",
  beginAnew: "Begin anew",
  otherVersion:
    "The device runs another version of the program than this page: load it anew without the browser's cache.",
  noPage: "There is no such page.",
  notHere: "This connection cannot do that.",
  loading: "Loading…",
  noValue: "–",
  logOut: "Log out",
  notCertified: "Not certified. A fuse must break what a contactor cannot.",
} as const;
