import { deflateRawSync } from "node:zlib";
import * as pulumi from "@pulumi/pulumi";
import { UPhoneServer } from "../../sdk";
import { uphone } from "../engine/support/examples";

const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => void output.apply(resolve));
const phone = { id: "uphone-abcd1234", name: "farm-1", state: "RUNNING", ip: "198.18.0.1", adbAddress: "198.18.0.1:20001" };

/** What a program sees of phones that stand in the state as `phones`. */
async function shown(phones: unknown): Promise<unknown> {
  await pulumi.runtime.setMocks({
    newResource: ({ inputs }) => ({ id: "uphs-1", state: { ...(inputs as object), ...(phones === undefined ? {} : { phones }) } }),
    call: () => ({}),
  });
  return value(new UPhoneServer("farm", uphone("farm").args as never).phones);
}

test.each([
  ["packed by the provider", deflateRawSync(JSON.stringify([phone])).toString("base64"), [phone]],
  ["as a program under test makes them up", [phone], [phone]],
  ["of a state of an earlier release", { running: 42, failed: [] }, undefined],
  ["of a server that was never seen running", undefined, undefined],
])("phones of a UPhoneServer: %s", async (_what, phones, expected) => {
  expect(await shown(phones)).toEqual(expected);
});
