// Imported first by whatever runs this project's sources: without V8's middle compiler (Maglev). With it, now and then an object
// got the numbers of another one that was made after it at the same place of the program (docs/decisions/0013-engine.md).

import { setFlagsFromString } from "node:v8";

setFlagsFromString("--no-maglev");
