import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

/** Files whose source is gone must not be shipped. */
rmSync(join(root, "dist"), { recursive: true, force: true });
