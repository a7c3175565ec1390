import * as z from "zod";
import { Refusal } from "./errors";
import { operation } from "./operation";
import type { Call, Operation } from "./operation";
import { bootPhones, expandVolumes, renamePhone, setProperties, stopPhones } from "./phone-work";
import type { PhoneRequest } from "./phone-work";
import { addPorts, portsOf, removePorts } from "./ports";
import { portName, serverName } from "./purchase-wire";
import type { Store } from "./state";

const phones = "/v1/{project_id}/cloud-phone/phones";
const phone_id = z.string().min(1);
const property = z.string().min(1).max(8192);
const boot = z.strictObject({
  image_id: z.string().min(1).max(32).optional(),
  phones: z.array(z.strictObject({ phone_id, property: property.optional() })).min(1),
});
const server_ids = z.array(z.string().min(1)).min(1);
const port = portName.regex(/^\w+$/, "only letters, digits and _");

/** CPH: what can be done to phones. Each of several phones has a job or a refusal of its own, inside an answer that is none of an error. */
export function phoneWorkRoutes(store: Store): Operation[] {
  const post = { service: "cph", method: "POST" } as const;
  const request = ({ project, requestId }: Call<unknown, unknown>): PhoneRequest => ({ store, project, requestId });
  /** These calls are in the documents of 2021 only; a cloud that has withdrawn them answers like this. */
  const published = <T>(answer: () => T): T => {
    if (!store.behaviour.publishesAccessInfos)
      throw new Refusal("APIGW.0101", "The API does not exist or has not been published in the environment.", 404);
    return answer();
  };
  const accessInfos = { service: "cph", path: "/v1/{project_id}/cloud-phone/access-infos" } as const;
  return [
    operation({
      ...post,
      name: "StopCloudPhone",
      path: `${phones}/batch-stop`,
      body: z.strictObject({ phone_ids: z.array(phone_id).min(1) }),
      answer: (call) => ({ jobs: stopPhones(request(call), call.body.phone_ids) }),
    }),
    operation({
      ...post,
      name: "RestartCloudPhone",
      path: `${phones}/batch-restart`,
      body: boot,
      answer: (call) => ({ jobs: bootPhones(request(call), "restart", call.body) }),
    }),
    operation({
      ...post,
      name: "ResetCloudPhone",
      path: `${phones}/batch-reset`,
      body: boot,
      answer: (call) => ({ jobs: bootPhones(request(call), "reset", call.body) }),
    }),
    operation({
      ...post,
      name: "UpdateCloudPhoneProperty",
      path: `${phones}/batch-update-property`,
      body: z.strictObject({ phones: z.array(z.strictObject({ phone_id, property })).min(1) }),
      answer: (call) => ({ jobs: setProperties(request(call), call.body.phones) }),
    }),
    operation({
      ...post,
      name: "ExpandPhoneDataVolumeSize",
      path: `${phones}/expand-volume`,
      body: z.strictObject({ phones: z.array(z.strictObject({ phone_id, new_size: z.int().min(1).max(32_768) })).min(1) }),
      answer: (call) => ({ jobs: expandVolumes(request(call), call.body.phones) }),
    }),
    operation({
      service: "cph",
      method: "PUT",
      name: "UpdatePhoneName",
      path: `${phones}/{phone_id}`,
      body: z.strictObject({ phone_name: serverName }),
      answer({ project, path, body }) {
        renamePhone({ store, project }, path["phone_id"] ?? "", body.phone_name);
        return {};
      },
    }),
    operation({
      ...accessInfos,
      method: "GET",
      name: "ListAccessInfos",
      query: z.strictObject({ server_id: z.string().min(1) }),
      answer: ({ project, query }) => published(() => ({ server_id: query.server_id, ports: portsOf(store, project, query.server_id) })),
    }),
    operation({
      ...accessInfos,
      method: "PUT",
      name: "PutAccessInfos",
      body: z.strictObject({
        server_ids,
        ports: z
          .array(z.strictObject({ name: port, listen_port: z.int().min(0).max(65_535), internet_accessible: z.string().min(1) }))
          .min(1),
      }),
      answer: (call) => published(() => ({ jobs: addPorts(request(call), call.body.server_ids, call.body.ports) })),
    }),
    operation({
      ...accessInfos,
      method: "DELETE",
      name: "DeleteAccessInfos",
      body: z.strictObject({ server_ids, ports: z.array(z.strictObject({ name: port })).min(1) }),
      answer: (call) =>
        published(() => ({
          jobs: removePorts(
            request(call),
            call.body.server_ids,
            call.body.ports.map((one) => one.name),
          ),
        })),
    }),
  ];
}
