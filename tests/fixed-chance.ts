// Property tests draw the same cases in every run, so that a red run is red again. Another seed: PROPERTY_SEED=7 npm test.
// And they run on the compilers that the device runs on.
import "../src/cli/engine.ts";
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["PROPERTY_SEED"] ?? 20_261_123) });
