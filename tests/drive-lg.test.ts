// Recordings of LG cells through the device (recorded-cells.ts): the longest of all, so they have a file of their own.

import { testRecordings } from "./recorded-cells.ts";

testRecordings("recordings of LG cells", [["lg-18650hg2/drive", "lg-18650hg2"]]);
