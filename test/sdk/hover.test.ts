import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const root = join(__dirname, "..", "..");

/** A program as a user writes it, against the package as it is published: the declarations in `dist`. */
function languageServiceFor(program: string): { service: ts.LanguageService; file: string } {
  const file = join(root, "dist", "hover-probe.ts");
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    skipLibCheck: true,
    types: [],
  };
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      if (name === file) return ts.ScriptSnapshot.fromString(program);
      return ts.sys.fileExists(name) ? ts.ScriptSnapshot.fromString(readFileSync(name, "utf8")) : undefined;
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (compilerOptions) => ts.getDefaultLibFilePath(compilerOptions),
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: (name) => (name === file ? program : ts.sys.readFile(name)),
    readDirectory: ts.sys.readDirectory.bind(ts.sys),
    directoryExists: ts.sys.directoryExists.bind(ts.sys),
    getDirectories: ts.sys.getDirectories.bind(ts.sys),
  };
  return { service: ts.createLanguageService(host), file };
}

const classes = ["UPhoneServer", "CphPhoneServer", "CphBmsServer", "EdcpsInstance"];
const program = [
  `import { ${classes.join(", ")} } from "pulumi-cloudphone";`,
  ...classes.map((name) => `new ${name}("one", {  });`),
  ...classes.map((name) => `declare const a${name}: ${name}; a${name}.id;`),
].join("\n");

/** Names of the completions at `position`, each with the documentation that an editor would show. */
function offered(service: ts.LanguageService, file: string, position: number): Map<string, string> {
  const entries = service.getCompletionsAtPosition(file, position, {})?.entries ?? [];
  return new Map(
    entries
      .filter((entry) => entry.kind === ts.ScriptElementKind.memberVariableElement)
      .map((entry) => {
        const details = service.getCompletionEntryDetails(file, position, entry.name, {}, entry.source, {}, entry.data);
        return [entry.name, ts.displayPartsToString(details?.documentation)];
      }),
  );
}

describe("in an editor", () => {
  const { service, file } = languageServiceFor(program);

  test("the program type-checks but for the missing arguments", () => {
    const messages = service.getSemanticDiagnostics(file).map((diagnostic) => diagnostic.code);
    expect(messages.every((code) => code === 2345)).toBe(true); // "argument is not assignable": {} lacks the required ones
    expect(messages).toHaveLength(classes.length);
  });

  test.each(classes)("every argument of %s shows its documentation", (name) => {
    const position = program.indexOf(`new ${name}("one", { `) + `new ${name}("one", { `.length;
    const args = offered(service, file, position);
    expect(args.size).toBeGreaterThan(10);
    expect([...args].filter(([, documentation]) => documentation.length < 15).map(([argument]) => argument)).toEqual([]);
  });

  test.each(classes)("every output of %s shows its documentation", (name) => {
    const position = program.indexOf(`; a${name}.id`) + `; a${name}.`.length;
    const outputs = offered(service, file, position);
    expect(outputs.size).toBeGreaterThan(15);
    const undocumented = [...outputs].filter(([, documentation]) => documentation.length < 15).map(([output]) => output);
    expect(undocumented).toEqual([]);
  });

  // Nested arguments: band width, network cards, ports, charge …
  test.each(classes)("nested arguments of %s show their documentation too", (name) => {
    const checker = service.getProgram()!.getTypeChecker();
    const source = service.getProgram()!.getSourceFile(file)!;
    const undocumented: string[] = [];
    const visited = new Set<ts.Type>();
    const visit = (type: ts.Type, path: string): void => {
      for (const part of type.isUnion() ? type.types : [type]) {
        if (visited.has(part)) continue;
        visited.add(part);
        const element = checker.isArrayType(part) ? checker.getTypeArguments(part as ts.TypeReference)[0] : undefined;
        if (element !== undefined) visit(element, `${path}[]`);
        else if (isOurs(part)) {
          for (const property of part.getProperties()) {
            const documentation = ts.displayPartsToString(property.getDocumentationComment(checker));
            if (documentation.length < 15) undocumented.push(`${path}.${property.name}`);
            visit(checker.getTypeOfSymbolAtLocation(property, source), `${path}.${property.name}`);
          }
        }
      }
    };
    const isOurs = (type: ts.Type): boolean =>
      (type.flags & ts.TypeFlags.Object) !== 0 &&
      type.getCallSignatures().length === 0 &&
      type.getProperties().length > 0 &&
      type.getProperties().every((property) => (property.declarations ?? []).some((at) => at.getSourceFile().fileName.includes("/dist/")));
    const argument = source.statements
      .filter(ts.isExpressionStatement)
      .map((statement) => statement.expression)
      .find(
        (expression): expression is ts.NewExpression => ts.isNewExpression(expression) && expression.expression.getText(source) === name,
      )!.arguments![1]!;
    visit(checker.getContextualType(argument)!, name);
    expect(undocumented).toEqual([]);
  });
});

describe("in an editor, the servers of a fleet", () => {
  const whole = 'serverModelName: "28C60G1T4", uphoneModelName: "basic", imageId: "image-1"';
  const fleets = {
    "written out": `{ kind: "UPhoneServer", size: 1, server: { cityId: "cn-wlcb", ${whole} } }`,
    "beside what is spread into them": `{ kind: "UPhoneServer", size: 1, server: { ...common, cityId: "cn-wlcb", ${whole} } }`,
    "within what is spread into them": `{ kind: "UPhoneServer", size: 1, server: { ...{ cityId: "cn-wlcb", ${whole} } } }`,
    "with shares": `{ kind: "UPhoneServer", size: 1, server: { ...common, ${whole} }, spread: [{ weight: 1, args: { cityId: "cn-wlcb" } }] }`,
    "with shares, before they are": `{ kind: "UPhoneServer", size: 1, spread: [{ weight: 1, args: { cityId: "cn-wlcb" } }], server: { ${whole} } }`,
  };
  const programOf = (args: string): string =>
    `import { CloudPhoneFleet } from "pulumi-cloudphone";\nconst common = { remark: "r" };\nnew CloudPhoneFleet("farm", ${args});`;

  test.each(Object.entries(fleets))("%s, show their documentation", (_, args) => {
    const text = programOf(args);
    const { service, file } = languageServiceFor(text);
    expect(service.getSemanticDiagnostics(file)).toEqual([]);
    const shown = (argument: string): string =>
      ts.displayPartsToString(service.getQuickInfoAtPosition(file, text.indexOf(`${argument}:`) + 1)?.documentation);
    const all = ["size", "cityId", "serverModelName", "uphoneModelName", "imageId"];
    expect(all.filter((argument) => shown(argument).length < 15)).toEqual([]);
  });

  test.each([
    ["one that is missing", `{ kind: "UPhoneServer", size: 1, server: { ...common, ${whole} } }`, /^Property 'cityId' is missing/],
    ["one that does not exist", fleets["with shares"].replace("imageId", "imageID"), /'imageID' does not exist/],
    ["one that does not exist in a share", fleets["with shares"].replace("cityId", "cityID"), /'cityID' does not exist/],
  ])("%s is named by the compiler", (_, args, message) => {
    const { service, file } = languageServiceFor(programOf(args));
    const messages = service.getSemanticDiagnostics(file).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
    expect(messages).toEqual([expect.stringMatching(message)]);
  });
});
