import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uphoneServer } from "../../provider/vendors/ucloud/uphone-server";
import { startSimulator, virtualClock } from "../../simulator";
import type { Simulator, SimulatorOptions } from "../../simulator";
import { uphone } from "../engine/support/examples";
import { testContext } from "../support/context";

const root = join(__dirname, "..", "..");

describe("the simulator as a whole", () => {
  const folder = mkdtempSync(join(tmpdir(), "cloudphone-simulator-"));
  const started: Simulator[] = [];
  const start = async (options: SimulatorOptions = {}): Promise<Simulator> => {
    const simulator = await startSimulator(options);
    started.push(simulator);
    return simulator;
  };
  afterEach(async () => {
    await Promise.all(started.splice(0).map((simulator) => simulator.close()));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Buys with the real client, waiting on a virtual clock of its own. */
  async function buy(simulator: Simulator, clock = virtualClock(simulator.clock.now()), marker = "abcdefghij"): Promise<string> {
    const ctx = testContext(simulator, clock, { marker });
    const { inputs } = uphoneServer.check(uphone("one").args, ctx.settings);
    return (await uphoneServer.create(inputs as never, ctx)).id;
  }

  const get = async (simulator: Simulator, path: string): Promise<unknown> => (await fetch(`${simulator.urls.control}${path}`)).json();
  const post = (simulator: Simulator, path: string, body?: string): Promise<Response> =>
    fetch(`${simulator.urls.control}${path}`, { method: "POST", ...(body === undefined ? {} : { body }) });

  test("lives on in its state file: servers, ledger and time", async () => {
    const clock = virtualClock(Date.now());
    const stateFile = join(folder, "clouds.json");
    const first = await start({ clock, stateFile, seed: 1 });
    const id = await buy(first, clock);
    clock.advance(3_600_000);
    await first.close();

    const second = await start({ stateFile, seed: 1, speed: 1 });
    expect(second.ucloud.servers()).toEqual([id]);
    expect(second.ledger.entries()).toEqual(first.ledger.entries());
    expect(second.clock.now()).toBeGreaterThanOrEqual(clock.now());
  });

  test("gives no id twice, though the same seed starts it again", async () => {
    const stateFile = join(folder, "seeded.json");
    const ids: string[] = [];
    // One resource each: a second server of the same one would not be bought.
    for (const [run, marker] of ["abcdefghij", "bcdefghijk", "cdefghijkl"].entries()) {
      const clock = virtualClock(Date.parse("2026-01-02T03:04:05Z") + run * 86_400_000);
      const simulator = await start({ clock, stateFile, seed: 1 });
      ids.push(await buy(simulator, clock, marker));
      await simulator.close();
    }
    expect(new Set(ids).size).toBe(3);
  });

  test("opens all of its ports or none", async () => {
    const first = await start();
    const taken = Number(new URL(first.urls.control).port);
    await expect(startSimulator({ ports: { control: taken } })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  test("survives a client that hangs up in the middle of its request", async () => {
    const simulator = await start();
    const url = new URL(simulator.urls.ucloud);
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname, () => {
        socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf", () => socket.destroy());
      });
      socket.on("close", () => resolve()).on("error", reject);
    });
    expect(await get(simulator, "/servers")).toEqual({ ucloud: [], huaweicloud: [], jdcloud: [] });
  });

  test("shows ledger, costs, servers, calls, settings and clock on its control port", async () => {
    const clock = virtualClock();
    const simulator = await start({ clock });
    const id = await buy(simulator, clock);
    expect(await get(simulator, "/ledger")).toMatchObject({ orders: 1, entries: [{ kind: "order", ids: [id] }, { kind: "payment" }] });
    expect(await get(simulator, "/costing")).toMatchObject({ ucloud: [{ kind: "server", id }] });
    expect(await get(simulator, "/servers")).toMatchObject({ ucloud: [id] });
    expect(JSON.stringify(await get(simulator, "/received"))).toContain("CreateUPhoneServer");
    expect(await get(simulator, "/settings")).toEqual(simulator.settings);
    expect(await get(simulator, "/clock")).toEqual({ now: new Date(clock.now()).toISOString() });
  });

  test("hides vouchers and passwords in the calls it shows", async () => {
    const clock = virtualClock();
    const simulator = await start({ clock });
    const ctx = testContext(simulator, clock);
    const { inputs } = uphoneServer.check({ ...uphone("one").args, couponId: "coupon-secret-1" }, ctx.settings);
    await uphoneServer.create(inputs as never, ctx);
    expect(JSON.stringify(simulator.ucloud.received())).toContain("coupon-secret-1");
    expect(JSON.stringify(await get(simulator, "/received"))).not.toContain("coupon-secret-1");
  });

  test("lets scripts change the world, and says what it does not know", async () => {
    const clock = virtualClock();
    const simulator = await start({ clock });
    const id = await buy(simulator, clock);
    expect((await post(simulator, `/ucloud/change/${id}`, '{"Remark":"by hand"}')).status).toBe(200);
    expect((await post(simulator, `/ucloud/change/${id}`, '{"Nonsense":1}')).status).toBe(400);
    expect((await post(simulator, `/ucloud/vanish/${id}`)).status).toBe(200);
    expect(simulator.ucloud.servers()).toEqual([]);
    expect((await post(simulator, "/ucloud/explode")).status).toBe(404);
    expect((await post(simulator, "/nocloud/fail")).status).toBe(404);
    expect((await fetch(`${simulator.urls.control}/nothing`)).status).toBe(404);
  });
});

describe("the command", () => {
  const cli = join(root, "dist", "simulator", "cli.js");
  const run = (...args: readonly string[]): Promise<{ code: number; text: string }> =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [cli, ...args], (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, text: stdout + stderr });
      });
      // Runs until it is told to stop: once it has said everything.
      child.stdout?.on("data", (data: string) => data.includes("pollSeconds") && child.kill("SIGTERM"));
    });

  test("prints what a stack needs, keeps its state, and stops when told to", async () => {
    const stateFile = join(mkdtempSync(join(tmpdir(), "cloudphone-cli-")), "clouds.json");
    const { code, text } = await run("--speed", "60", "--state-file", stateFile);
    expect(code).toBe(0);
    for (const key of ["ucloud:endpoint", "--secret ucloud:privateKey", "huaweicloud:cphEndpoint", "jdcloud:accessKey"])
      expect(text).toContain(key);
    expect(JSON.parse(readFileSync(stateFile, "utf8"))).toMatchObject({ ledger: [] });
  });

  test.each([
    [["--speed", "0"], "--speed takes a number above 0"],
    [["--ucloud-port", "http"], "--ucloud-port takes a port number"],
    [["--nonsense"], "--nonsense"],
  ])("says what is wrong with %j", async (args, message) => {
    const { code, text } = await run(...args);
    expect([code, text.includes(message)]).toEqual([2, true]);
  });

  test("ends when a port is taken", async () => {
    const simulator = await startSimulator();
    const { code, text } = await run("--control-port", new URL(simulator.urls.control).port);
    await simulator.close();
    expect([code, text.includes("EADDRINUSE")]).toEqual([2, true]);
  });
});
