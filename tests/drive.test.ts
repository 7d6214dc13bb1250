// Recordings of Panasonic and A123 cells through the device (recorded-cells.ts).

import { testRecordings } from "./recorded-cells.ts";

testRecordings("recordings of Panasonic and A123 cells", [
  ["panasonic-18650pf/drive", "panasonic-18650pf"],
  ["panasonic-18650pf/drive10hz", "panasonic-18650pf"],
  ["a123-26650-esc/dyn", "a123-26650"],
]);
