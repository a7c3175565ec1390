import { writeFile } from "node:fs/promises";
import { newProject } from "./support/project";

test("a state whose attributes a killed engine has cut off can be mended", async () => {
  const project = await newProject("mend", { "index.js": "" });
  try {
    await writeFile(`${project.stateFile}.attrs`, "");
    expect((await project.run(["cancel", "--yes"])).text).toContain("EOF");
    await project.mendState();
    await project.must(["cancel", "--yes"]);
  } finally {
    await project.dispose();
  }
});
