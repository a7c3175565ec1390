/**
 * Makes `require("pulumi-cloudphone/dynamic")` work from this repository too, which is a Pulumi project itself: the dynamic host
 * looks for packages in node_modules only.
 */
import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

const link = join(root, "node_modules", "pulumi-cloudphone");
if (!existsSync(link)) symlinkSync("..", link, "dir");
