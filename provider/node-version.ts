/** Comes before everything else: on an older Node the HTTP client fails to load with an error that says nothing. */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  throw new Error(`pulumi-cloudphone needs Node.js 22.19 or newer; the node on PATH, which Pulumi runs, is ${process.versions.node}.`);
}
