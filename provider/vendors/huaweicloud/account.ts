import { z } from "zod";
import { SettingError } from "../../http/errors";
import type { Transport } from "../../http/transport";
import type { Context } from "../../kit/context";
import { cphEndpoint, credentials, iamEndpoint, usualProjectId, usualRegion } from "./credentials";
import { call } from "./gateway";
import type { Caller } from "./gateway";

/** Whose servers, and where: what every call to CPH and to billing needs. */
export interface Account extends Caller {
  readonly region: string;
  readonly projectId: string;
  /** Scheme and host of CPH in the region. */
  readonly cph: string;
}

/** @param place as the resource says it; what it leaves out comes from the settings, and the project from IAM */
export async function signIn(ctx: Context, place: { region?: string | undefined; projectId?: string | undefined }): Promise<Account> {
  const caller: Caller = { ctx, credentials: credentials(ctx.settings) };
  const region = place.region ?? usualRegion(ctx.settings);
  if (region === undefined) throw new SettingError(missingRegion);
  const projectId = place.projectId ?? usualProjectId(ctx.settings) ?? (await projectOf(caller, region));
  return { ...caller, region, projectId, cph: cphEndpoint(ctx.settings, region) };
}

export const missingRegion =
  "say where: set `region` (e.g. cn-east-3), stack configuration huaweicloud:region, or environment variable HW_REGION_NAME";

/** IAM's default project of the region. Asked once per process, key and region. */
async function projectOf(caller: Caller, region: string): Promise<string> {
  return remembered(caller, `project ${region}`, async () => {
    const { projects } = await call(caller, {
      doing: `look up the project of region ${region}`,
      method: "GET",
      endpoint: iamEndpoint(caller.ctx.settings, region),
      path: "/v3/projects",
      query: { name: region },
      answer: z.object({ projects: z.array(z.object({ id: z.string() })) }),
    });
    const [only, ...more] = projects;
    if (only !== undefined && more.length === 0) return only.id;
    throw new SettingError(
      `IAM knows ${projects.length} projects named ${region}, and exactly one is needed: check the region, or set \`projectId\` (or stack configuration huaweicloud:projectId).`,
    );
  });
}

// Facts about an account live as long as the connections to the cloud, and apart for each key.
const facts = new WeakMap<Transport, Map<string, Promise<string>>>();

/** Finds something out once per process and access key. A failure is not remembered. */
export async function remembered(caller: Caller, what: string, findOut: () => Promise<string>): Promise<string> {
  const transport = caller.ctx.transport("huaweicloud");
  const known = facts.get(transport) ?? new Map<string, Promise<string>>();
  facts.set(transport, known);
  const key = `${caller.credentials.accessKey} ${what}`;
  const fact = known.get(key) ?? findOut();
  known.set(key, fact);
  try {
    return await fact;
  } catch (error) {
    known.delete(key);
    throw error;
  }
}
