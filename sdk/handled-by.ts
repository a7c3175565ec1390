import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

const base32 = "abcdefghijklmnopqrstuvwxyz234567";

/** The inputs and options that hand a resource over to `pulumi-cloudphone/dynamic` in the engine's host. */
export function handledBy(
  handler: string,
  type: string,
  name: string,
  given: { unset: object; args: object; secrets: readonly string[] },
  opts: pulumi.CustomResourceOptions = {},
): [type: string, name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions] {
  const args: Record<string, unknown> = { ...given.args };
  // Of a trigger that reaches the engine it tells no provider: the purchase would look like one whose state was lost. So ours compares it.
  const { replacementTrigger, ...others } = opts as Omit<pulumi.CustomResourceOptions, "replacementTrigger"> & {
    replacementTrigger?: unknown;
  };
  for (const secret of given.secrets) {
    if (args[secret] !== undefined) args[secret] = pulumi.secret(args[secret]);
  }
  return [
    type,
    name,
    {
      ...given.unset,
      ...args,
      timeouts: args["timeouts"] ?? opts.customTimeouts,
      purchaseMarker: purchaseMarker(type, name, opts.parent),
      replacementTrigger,
      // Kept in the state of every stack for years: design of the front, never to be changed.
      __provider: `exports.handler = require("pulumi-cloudphone/dynamic").${handler};`,
    },
    { ...others, additionalSecretOutputs: [...(opts.additionalSecretOutputs ?? []), ...given.secrets] },
  ];
}

/**
 * Ties a purchase to one resource of one stack: the same in every run of the same program. A promise, because an output would make the resource depend
 * on its parent, and so on all other children of it, which would wait for each other without end.
 */
function purchaseMarker(type: string, name: string, parent: pulumi.Resource | undefined): Promise<string> {
  return new Promise((resolve) => {
    pulumi.createUrn(name, type, parent).apply((urn) => {
      const hash = createHash("sha256").update(`${organization()}\n${urn}`).digest();
      resolve(Array.from(hash.subarray(0, 10), (byte) => base32.charAt(byte & 31)).join(""));
    });
  });
}

/** Programs under test (`pulumi.runtime.setMocks`) have none. */
function organization(): string {
  try {
    return pulumi.getOrganization();
  } catch {
    return "organization";
  }
}
