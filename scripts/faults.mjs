/** Generated histories of crashes and faults on the simulated clouds, judged by their ledger. Arguments go to faults/cli.ts. */
import { setUp } from "./setup.mjs";

setUp(import.meta.url);
await import("../dist/faults/cli.js");
