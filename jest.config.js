/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  testTimeout: 180_000,
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/.cache/"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2023", parser: { syntax: "typescript" } }, module: { type: "commonjs" } }] },
  moduleNameMapper: {
    "^pulumi-cloudphone$": "<rootDir>/sdk/index.ts",
    "^pulumi-cloudphone/simulator$": "<rootDir>/simulator/index.ts",
    "^pulumi-cloudphone/dynamic$": "<rootDir>/provider/dynamic.ts",
  },
};
