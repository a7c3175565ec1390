import { mustBePaid } from "./billing";
import { deviceTypes, operatingSystems, raidsOf } from "./catalogue";
import { conflict, invalidArgument, notFound } from "./errors";
import { checkHostname, checkPassword, checkUserData } from "./instance-spec";
import { begin, findInstance, mustBe } from "./lifecycle";
import { keypairs, owned } from "./networks";
import { operation } from "./operation";
import { fields, oneOf, optional, text } from "./parameters";
import type { Caller, Instance } from "./store";

const one = "/v1/regions/{regionId}/instances/{instanceId}";

// How long either takes is not published.
const REINSTALLING_MS = 20 * 60_000;
const RESETTING_MS = 60_000;

const instanceSpec = fields({
  az: text,
  imageType: oneOf("standard"),
  osTypeId: text,
  sysRaidTypeId: text,
  keepData: oneOf("yes", "no"),
  dataRaidTypeId: text,
  password: text,
  hostname: optional(text),
  userData: optional(text),
  keypairId: optional(text),
});
type Spec = ReturnType<typeof instanceSpec.read>;

/** What is done to the system of a stopped instance (EdCPS product docs, "Reinstall the system", "Reset the password"). */
export const reinstallOperations = [
  operation("reinstallInstance", `PUT ${one}:reinstallInstance`, {
    takesToken: true,
    body: fields({ instanceSpec }),
    handle({ store, caller, id, body: { instanceSpec: spec } }) {
      const instance = findInstance(store, caller, id);
      check(caller, instance, spec);
      mustBe(instance, "stopped");
      mustBePaid(instance.billing, store.world.clock.now());
      const { switches } = store;
      const fails = switches.failingReinstalls > 0;
      if (fails) switches.failingReinstalls -= 1;
      const { osTypeId, sysRaidTypeId, dataRaidTypeId } = spec;
      const keypairId = spec.keypairId ?? (switches.reinstallKeepsKeypair ? instance.texts.keypairId : "");
      const texts = { osTypeId, sysRaidTypeId, dataRaidTypeId, keypairId };
      begin(store, instance, "reinstalling", fails ? "error" : switches.reinstalled, REINSTALLING_MS, fails ? {} : texts);
      return { success: true };
    },
  }),
  operation("resetPassword", `PUT ${one}:resetPassword`, {
    takesToken: true,
    body: fields({ password: text }),
    handle({ store, caller, id, body: { password } }) {
      const instance = findInstance(store, caller, id);
      checkPassword(password);
      mustBe(instance, "stopped");
      mustBePaid(instance.billing, store.world.clock.now());
      begin(store, instance, "resetting", "stopped", RESETTING_MS);
      return { success: true };
    },
  }),
];

function check(caller: Caller, { texts }: Instance, spec: Spec): void {
  if (spec.az !== texts.az) throw invalidArgument(`parameter 'instanceSpec.az': the instance is in zone '${texts.az}'`);
  if (!operatingSystems.some((os) => os.osTypeId === spec.osTypeId)) throw notFound("OS", spec.osTypeId);
  const device = deviceTypes.find((type) => type.deviceType === texts.deviceType);
  const hasRaid = (volumeType: string, id: string): boolean =>
    device !== undefined && raidsOf(device).some((raid) => raid.volumeType === volumeType && raid.raidTypeId === id);
  if (!hasRaid("system", spec.sysRaidTypeId)) throw notFound("Raid", spec.sysRaidTypeId);
  if (!hasRaid("data", spec.dataRaidTypeId)) throw notFound("Raid", spec.dataRaidTypeId);
  if (spec.keepData === "yes" && spec.dataRaidTypeId !== texts.dataRaidTypeId)
    throw conflict("another RAID of the data disks cannot keep their data");
  checkPassword(spec.password);
  if (spec.hostname !== undefined) checkHostname(spec.hostname);
  if (spec.userData !== undefined) checkUserData(spec.userData);
  if (spec.keypairId && !owned(keypairs, caller).some((pair) => pair.keypairId === spec.keypairId))
    throw notFound("Keypair", spec.keypairId);
}
