import js from "@eslint/js";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

// The arrows of the house: who may import whom. `except` is relative to `from`.
const arrows = [
  { target: "./sdk", from: "./provider", message: "sdk may import only types from provider (use `import type`)." },
  { target: "./sdk", from: ["./simulator", "./engine", "./test"], message: "sdk stands alone." },
  { target: "./provider", from: ["./sdk", "./simulator", "./engine", "./test"], message: "provider imports only from provider." },
  { target: "./provider/kit", from: "./provider/vendors", message: "kit is vendor-blind." },
  { target: "./provider/http", from: ["./provider/vendors", "./provider/kit"], message: "http knows neither vendors nor kit." },
  { target: "./provider/vendors/ucloud", from: "./provider/vendors", except: ["./ucloud"], message: "vendors never import each other." },
  {
    target: "./provider/vendors/huaweicloud",
    from: "./provider/vendors",
    except: ["./huaweicloud"],
    message: "vendors never import each other.",
  },
  { target: "./provider/vendors/jdcloud", from: "./provider/vendors", except: ["./jdcloud"], message: "vendors never import each other." },
  {
    target: ["./provider/kit", "./provider/http", "./provider/vendors"],
    from: "./provider/dynamic.ts",
    message: "the front stands on handlers, not under them.",
  },
  {
    target: "./simulator",
    from: ["./provider", "./sdk", "./engine", "./test"],
    message: "the simulator shares no code with the provider.",
  },
  {
    target: "./simulator/ucloud",
    from: ["./simulator/huaweicloud", "./simulator/jdcloud"],
    message: "simulated clouds never import each other.",
  },
  {
    target: "./simulator/huaweicloud",
    from: ["./simulator/ucloud", "./simulator/jdcloud"],
    message: "simulated clouds never import each other.",
  },
  {
    target: "./simulator/jdcloud",
    from: ["./simulator/ucloud", "./simulator/huaweicloud"],
    message: "simulated clouds never import each other.",
  },
  { target: ["./sdk", "./provider", "./simulator", "./engine"], from: "./faults", message: "nothing imports the histories." },
  { target: "./faults", from: ["./sdk", "./engine", "./test"], message: "the histories stand on provider and simulator." },
  { target: "./engine", from: ["./provider", "./sdk", "./simulator", "./test"], message: "engine stands alone." },
];

// Our own package by its name would pass every arrow.
const ownName = {
  group: ["pulumi-cloudphone", "pulumi-cloudphone/*"],
  message: "use a relative import; the arrows of the house watch those.",
};

export default tseslint.config(
  { ignores: ["dist", ".cache", ".quickstart", "node_modules", "coverage"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked],
    plugins: { "import-x": importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { "import-x/extensions": [".ts", ".js"], "import-x/resolver": { node: { extensions: [".ts", ".js"] } } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "import-x/no-cycle": "error",
      "import-x/no-restricted-paths": [
        "error",
        { zones: arrows.filter((arrow) => arrow.target !== "./sdk" || arrow.from !== "./provider") },
      ],
      "no-console": "error",
    },
  },
  {
    files: ["sdk/**/*.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            ownName,
            { group: ["**/provider/**", "zod", "undici"], allowTypeImports: true, message: "sdk may import only types from provider." },
          ],
        },
      ],
      "no-restricted-syntax": ["error", { selector: "ImportExpression", message: "sdk loads nothing behind the arrows' back." }],
    },
  },
  {
    files: ["provider/dynamic.ts", "provider/system-clock.ts", "simulator/**/*.ts", "engine/**/*.ts", "faults/**/*.ts"],
    rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns: [ownName] }] },
  },
  {
    files: ["provider/kit/**/*.ts", "provider/http/**/*.ts", "provider/vendors/**/*.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        { patterns: [ownName, { group: ["@pulumi/*"], message: "handlers are free of Pulumi; only provider/dynamic.ts knows it." }] },
      ],
    },
  },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-non-null-assertion": "off" } },
  { files: ["simulator/cli.ts", "faults/cli.ts", "engine/**/*.ts", "examples/**/*.ts"], rules: { "no-console": "off" } },
  {
    files: ["**/*.mjs", "**/*.js"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        setTimeout: "readonly",
        module: "writable",
        require: "readonly",
      },
    },
  },
);
