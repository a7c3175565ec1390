import { markerFrom, markerInName, markerText, nameInFlight, noteLength, splitNote, withNote } from "../../../provider/kit/marker";

const marker = { resource: "q7f3k2m9xa".replace(/[0189]/g, "a"), generation: 12 };
const text = markerText(marker);

describe("markers", () => {
  test("are the resource's part and the generation, and come back from their text", () => {
    expect(text).toBe("q7f3k2maxa12");
    expect(markerFrom(text)).toEqual(marker);
    for (const other of [undefined, "", "short0", `${text}x`, `x${text}`, text.toUpperCase(), "abcdefghij"])
      expect(markerFrom(other)).toBeUndefined();
  });

  test("end the name of a server in flight, whatever number the cloud puts behind it", () => {
    const name = nameInFlight("farm-a", marker, 63);
    expect(name).toBe(`farm-a-${text}`);
    for (const numbered of [name, `${name}-1`, `${name}_02`, `${name}.3`, `${name}-0001`]) expect(markerInName(numbered)).toEqual(marker);
    for (const other of ["farm-a", "farm-a-1", undefined, null, "", `${name}-beta`, text]) expect(markerInName(other)).toBeUndefined();
  });

  test("a long name is cut by characters so that the marker fits", () => {
    const name = nameInFlight("手机".repeat(40), marker, 63);
    expect(Array.from(name)).toHaveLength(63);
    expect(name.startsWith("手机手机")).toBe(true);
    expect(markerInName(name)).toEqual(marker);
  });

  test("stand behind the user's own text, which comes back as it was", () => {
    for (const own of ["", "night shift", "a [b]", "ends with blank ", "two\nlines", "[pulumi:]"]) {
      const noted = withNote(own, marker);
      expect(noted.length - own.length).toBeLessThanOrEqual(noteLength);
      expect(splitNote(noted)).toEqual({ text: own, marker });
    }
    expect(splitNote("just text")).toEqual({ text: "just text", marker: undefined });
    expect(splitNote(undefined)).toEqual({ text: "", marker: undefined });
  });
});
