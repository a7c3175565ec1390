/** Writes docs/resources.md from the declarations that an editor shows, so that both say the same. `--check`: only says whether it is current. */
import { join } from "node:path";
import ts from "typescript";
import { keepDocument } from "./generated.mjs";
import { root } from "./setup.mjs";

const text = page();
const bare = text.split("\n").filter((line) => /^\| `.*\|\s*\|$/.test(line));
keepDocument("resources.md", text, bare);

function page() {
  const entry = join(root, "dist", "sdk", "index.d.ts");
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    skipLibCheck: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const exported = checker
    .getExportsOfModule(checker.getSymbolAtLocation(source))
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
  const classes = exported.filter((symbol) => symbol.flags & ts.SymbolFlags.Class);

  const doc = (symbol) =>
    ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, " ").replaceAll("|", "\\|").trim();
  const ours = (type) =>
    type.flags & ts.TypeFlags.Object &&
    type.getProperties().length > 0 &&
    type.getCallSignatures().length === 0 &&
    type.getProperties().every((property) => (property.declarations ?? []).some((at) => at.getSourceFile().fileName.includes("/dist/")));
  /** What depends on the kind of a fleet's servers is described at these. */
  const isGeneric = (type) => (type.aliasTypeArguments ?? []).some((one) => one.flags & ts.TypeFlags.TypeParameter || isGeneric(one));
  /** The type inside Input<…>, Output<…>, arrays and `undefined`, with "[]" for each array. */
  function core(type) {
    const parts = type.isUnion() ? type.types : [type];
    for (const part of parts) {
      if (checker.isArrayType(part)) {
        const inner = core(checker.getTypeArguments(part)[0]);
        return { ...inner, suffix: `[]${inner.suffix}` };
      }
      if (ours(part) && !isGeneric(part)) return { type: part, suffix: "" };
    }
    for (const part of parts) {
      if (part.aliasSymbol?.name === "Output" || part.symbol?.name === "OutputInstance") {
        const argument = part.aliasTypeArguments?.[0] ?? checker.getTypeArguments(part)[0];
        if (argument) return core(argument);
      }
    }
    return { type: undefined, suffix: "" };
  }
  function rows(type, prefix, withRequired) {
    return type.getProperties().flatMap((property) => {
      if (["urn", "id", "getProvider", "__"].some((name) => property.name.startsWith(name)) && prefix === "" && !withRequired) return [];
      const isMethod = checker.getTypeOfSymbolAtLocation(property, source).getCallSignatures().length > 0;
      if (isMethod) return [];
      const optional = property.flags & ts.SymbolFlags.Optional;
      const inner = core(checker.getTypeOfSymbolAtLocation(property, source));
      const name = `${prefix}${property.name}`;
      const row = `| \`${name}\`${withRequired && !optional ? " **(required)**" : ""} | ${doc(property)} |`;
      return [row, ...(inner.type ? rows(inner.type, `${name}${inner.suffix}.`, withRequired) : [])];
    });
  }
  const sections = classes.map((symbol) => {
    const type = checker.getDeclaredTypeOfSymbol(symbol);
    const constructor = checker.getTypeOfSymbolAtLocation(symbol, source).getConstructSignatures()[0];
    const args = checker.getTypeOfSymbolAtLocation(constructor.getParameters()[1], source);
    const inputs = new Set(args.getProperties().map((property) => property.name));
    const outputs = rows(type, "", false).filter((row) => !inputs.has(/`([^`.[]+)/.exec(row)[1]));
    const isComponent = type.getProperty("registerOutputs") !== undefined;
    const besides = isComponent ? "" : "Every argument, as the cloud has it, and:\n\n";
    return `## ${symbol.name}\n\n${doc(symbol)}\n\n### Arguments\n\n| Argument | |\n|---|---|\n${rows(args, "", true).join("\n")}\n\n### Outputs\n\n${besides}| Output | |\n|---|---|\n${outputs.join("\n")}\n`;
  });
  return `# Resources\n\n<!-- Written by \`npm run docs\` from the declarations in sdk/ and provider/vendors/. -->\n\n${sections.join("\n")}`;
}
