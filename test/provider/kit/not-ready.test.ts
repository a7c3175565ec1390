import { TimedOut } from "../../../provider/http/errors";
import { keepingId, NotReady } from "../../../provider/kit/not-ready";

const failureOf = (work: Promise<unknown>): Promise<NotReady> =>
  work.then(
    () => Promise.reject(new Error("did not fail")),
    (error: unknown) => error as NotReady,
  );

describe("keepingId", () => {
  test("hands on what the work returns", async () => {
    await expect(
      keepingId(
        "s-1",
        () => ({}),
        () => Promise.resolve(7),
      ),
    ).resolves.toBe(7);
  });

  test("makes any failure carry the id and the state of that moment", async () => {
    let outs = { state: "building" };
    const cause = new TimedOut("Waited 90 min.");
    const error = await failureOf(
      keepingId(
        "s-1",
        () => outs,
        async () => {
          outs = { state: "starting" };
          await Promise.resolve();
          throw cause;
        },
      ),
    );
    expect(error).toBeInstanceOf(NotReady);
    expect(error).toMatchObject({
      name: "NotReady",
      id: "s-1",
      outs: { state: "starting" },
      reasons: ["Waited 90 min."],
      message: "Waited 90 min.",
      cause,
    });
  });

  test("does so for failures that are no errors, and for those thrown at once", async () => {
    const error = await failureOf(
      keepingId(
        "s-1",
        () => ({}),
        () => {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- what other people's code may throw
          throw "torn";
        },
      ),
    );
    expect(error).toMatchObject({ id: "s-1", reasons: ["torn"] });
  });

  test("is never repeated as a passing failure", () => {
    expect(new NotReady("s-1", {}, new Error("x")).kind).toBe("fatal");
  });
});
