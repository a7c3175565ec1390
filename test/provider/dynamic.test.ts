import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as front from "../../provider/dynamic";
import { startSimulator } from "../../simulator";
import type { Simulator } from "../../simulator";
import { uphone } from "../engine/support/examples";

type Front = typeof front;
interface Created {
  readonly id: string;
  readonly outs: object;
}
type Provider = ReturnType<Front["UPhoneServer"]>;

const hidden = { __provider: 'exports.handler = require("pulumi-cloudphone/dynamic").UPhoneServer;', purchaseMarker: "abcdefghij" };
const inputs = { ...uphone("one").args, ...hidden };

describe("the front for the dynamic host", () => {
  let simulator: Simulator;
  let provider: Provider;
  let journal: string;

  beforeEach(async () => {
    journal = mkdtempSync(join(tmpdir(), "cloudphone-journal-"));
    jest.spyOn(process.stdout, "write").mockReturnValue(true); // lines for the user
    simulator = await startSimulator({ speed: 3000 });
    jest.resetModules(); // each host process loads the front anew
    provider = jest.requireActual<Front>("../../provider/dynamic").UPhoneServer();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await simulator.close();
    rmSync(journal, { recursive: true });
  });

  const configure = (over: Readonly<Record<string, string>> = {}): Promise<void> => {
    const values: Record<string, string> = {
      ...simulator.settings.config,
      ...simulator.settings.secrets,
      "cloudphone:pollSeconds": "0.05",
      "cloudphone:journal": journal,
      ...over,
    };
    const get = (key: string): string | undefined => values[key];
    return provider.configure!({ config: { get, require: (key) => get(key) ?? "" } });
  };

  test("holds back calls that come before configure is done", async () => {
    let answered = false;
    const early = provider.check!({}, inputs).then((result) => {
      answered = true;
      return result;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    await configure();
    expect((await early).failures).toEqual([]);
  });

  test("gives handlers no hidden input and puts every one back", async () => {
    await configure();
    const checked = await provider.check!({}, inputs);
    expect(checked).toMatchObject({ inputs: hidden, failures: [] });
    const { id, outs } = (await provider.create(checked.inputs as object)) as Created;
    expect(outs).toMatchObject(hidden);
    expect(await provider.diff!(id, outs, checked.inputs as object)).toMatchObject({ changes: false, replaces: [] });
    const read = await provider.read!(id, outs);
    expect(read).toMatchObject({ id, props: hidden, inputs: hidden });
    expect(JSON.stringify(simulator.ucloud.received())).not.toContain("__provider");
  });

  test("an answer never holds undefined, which the host cannot send", async () => {
    await configure();
    const { outs } = (await provider.create((await provider.check!({}, inputs)).inputs as object)) as Created;
    expect(outs).toEqual(JSON.parse(JSON.stringify(outs)));
    expect(Object.values(outs)).not.toContain(undefined);
  });

  test("a failure after the purchase carries id, state with __provider, and reasons", async () => {
    await configure();
    simulator.ucloud.failProvisioning();
    const failure = await provider.create((await provider.check!({}, inputs)).inputs as object).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      id: simulator.ucloud.servers()[0],
      properties: hidden,
      reasons: [expect.stringContaining("CreateFailed")],
    });
  });

  test("a wrong cloudphone:pollSeconds is said to be wrong", async () => {
    await configure({ "cloudphone:pollSeconds": "often" });
    await expect(provider.create(inputs)).rejects.toThrow('cloudphone:pollSeconds must be a number of seconds above 0, not "often".');
    expect(simulator.ledger.orders()).toEqual([]);
  });

  test("errors made for users come without a stack, which the host would print", async () => {
    await configure({ "ucloud:privateKey": "not-the-key" });
    const failure = (await provider.read!("uphs-x", inputs).catch((error: unknown) => error)) as Error;
    expect(failure.stack).toBe("");
    expect(failure.message).toContain("171");
    expect(failure.message).not.toContain("not-the-key");
  });

  test("a server that is gone is an empty id", async () => {
    await configure();
    expect(await provider.read!("uphs-never-was", inputs)).toEqual({ id: "", props: {} });
  });
});
