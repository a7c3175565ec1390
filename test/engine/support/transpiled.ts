import ts from "typescript";

/** A TypeScript module as Node runs it. Types are not checked. */
export const transpiled = (source: string): string =>
  ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023, esModuleInterop: true } })
    .outputText;
