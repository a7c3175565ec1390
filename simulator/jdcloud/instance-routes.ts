import { mustBePaid } from "./billing";
import { invalidArgument } from "./errors";
import { createBody, checkDescription, checkName } from "./instance-spec";
import { raidsOfInstance, viewInstance } from "./instance-view";
import { deleteInstance, findInstance, findShown, power } from "./lifecycle";
import { operation } from "./operation";
import { fields, oneOf, optional, text } from "./parameters";
import { createInstances } from "./purchase";
import { agrees, filtersOn, matches, pageOf, paging } from "./query";
import { shownTo } from "./store";

const all = "/v1/regions/{regionId}/instances";
const one = `${all}/{instanceId}`;

const listQuery = fields({
  ...paging,
  az: optional(text),
  networkType: optional(text),
  deviceType: optional(text),
  name: optional(text),
  subnetId: optional(text),
  enableInternet: optional(oneOf("yes", "no")),
  privateIp: optional(text),
  extensionPrivateIp: optional(text),
  keypairId: optional(text),
  interfaceMode: optional(oneOf("bond", "dual")),
  filters: filtersOn("instanceId", "status"),
});

const modifyBody = fields({ name: optional(text), description: optional(text) });

/** Operations on instances. `takesToken`: idempotent by client token. */
export const instanceOperations = [
  operation("createInstances", `PUT ${all}`, {
    takesToken: true,
    body: createBody,
    handle: ({ store, caller, body }) => createInstances(store, caller, body.instanceSpec),
  }),
  operation("describeInstances", `GET ${all}`, {
    query: listQuery,
    handle({ store, caller, query: { filters, name, pageNumber, pageSize, ...exact } }) {
      const found = shownTo(store, caller)
        .filter(({ texts }) => texts.name.includes(name ?? "") && agrees(exact, texts))
        .filter((instance) => matches(filters, instance));
      return pageOf("instances", found, { pageNumber, pageSize }, (instance) => viewInstance(store, instance));
    },
  }),
  operation("describeInstance", `GET ${one}`, {
    handle: ({ store, caller, id }) => ({ instance: viewInstance(store, findShown(store, caller, id)) }),
  }),
  operation("deleteInstance", `DELETE ${one}`, {
    takesToken: true,
    handle: ({ store, caller, id }) => deleteInstance(store, caller, id),
  }),
  operation("describeInstanceName", `GET ${one}:describeInstanceName`, {
    handle: ({ store, caller, id }) => ({ name: findShown(store, caller, id).texts.name }),
  }),
  operation("describeInstanceRaid", `GET ${one}:describeInstanceRaid`, {
    handle: ({ store, caller, id }) => raidsOfInstance(findShown(store, caller, id)),
  }),
  // The health of the hardware, not the state of the life cycle.
  operation("describeInstanceStatus", `GET ${one}:describeInstanceStatus`, {
    handle({ store, caller, id }) {
      const isFine = findShown(store, caller, id).status !== "error";
      return { cpus: true, mems: true, disks: isFine, nics: true };
    },
  }),
  operation("modifyInstance", `POST ${one}:modifyInstance`, {
    body: modifyBody,
    handle({ store, caller, id, body }) {
      const instance = findInstance(store, caller, id);
      if (body.name === undefined && body.description === undefined) throw invalidArgument("one of 'name' and 'description' is required");
      if (body.name !== undefined) checkName(body.name);
      if (body.description !== undefined) checkDescription(body.description);
      mustBePaid(instance.billing, store.world.clock.now());
      const { name, description } = instance.texts;
      Object.assign(instance.texts, { name: body.name ?? name, description: body.description ?? description });
      instance.updatedAt = store.world.clock.now();
      return { name: instance.texts.name, description: instance.texts.description };
    },
  }),
  ...(["start", "stop", "restart"] as const).map((action) =>
    operation(`${action}Instance`, `PUT ${one}:${action}Instance`, {
      takesToken: true,
      handle: ({ store, caller, id }) => power(store, caller, id, action),
    }),
  ),
];
