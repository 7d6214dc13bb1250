// English: the way in.

export const ENTER = {
  title: "Log in",
  firstTitle: "First start",
  firstHelp:
    "This device has no owner yet. The terminal in which it runs shows a one-time code; with it you make the owner's account.",
  code: "Code from the terminal",
  name: "Name",
  password: "Password",
  logIn: "Log in",
  makeOwner: "Make the owner",
} as const;
