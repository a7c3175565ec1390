import { checkTags } from "./instance-spec";
import { invalidArgument, outcomeOf } from "./errors";
import { operation } from "./operation";
import type { Call } from "./operation";
import { fields, integer, listOf, oneOf, optional, orElse, text } from "./parameters";
import { ownedBy, shownTo } from "./store";
import type { Caller, Instance, Store } from "./store";

// The tag service, service code `resourcetag`. Failures of single resources come inside a successful answer.

const path = "/v1/regions/{regionId}/tags";
const resources = listOf(fields({ serviceCode: text, resourceId: listOf(text) }));
const tagging = fields({ resources, tags: listOf(fields({ key: text, value: text })) });
const untagging = fields({ resources, tags: listOf(fields({ key: text, value: optional(text) })) });

const resourceVo = fields({
  serviceCodes: orElse(listOf(text), []),
  resourceIds: orElse(listOf(text), []),
  tagFilters: orElse(listOf(fields({ key: text, values: orElse(listOf(text), []) })), []),
  orderCondition: optional(text),
  descOrAsc: optional(oneOf("ASC", "DESC")),
  currentPage: orElse(integer(1, 1_000_000), 1),
  pageSize: orElse(integer(1, 100), 10),
});

interface Tag {
  readonly key: string;
  readonly value: string | undefined;
}

interface Tagging {
  readonly resources: readonly { readonly serviceCode: string; readonly resourceId: readonly string[] }[];
  readonly tags: readonly Tag[];
}

export const tagOperations = [
  operation("tagResources", `POST ${path}:tagResources`, {
    service: "resourcetag",
    body: fields({ tagResources: tagging }),
    handle: ({ store, caller, body: { tagResources } }) =>
      eachResource(store, caller, tagResources, (instance) => {
        const wanted = Object.fromEntries(tagResources.tags.map(({ key, value }) => [key, value]));
        const together = { ...instance.tags, ...wanted };
        checkTags(Object.entries(together).map(([key, value]) => ({ key, value })));
        instance.tags = together;
      }),
  }),
  operation("unTagResources", `POST ${path}:unTagResources`, {
    service: "resourcetag",
    body: fields({ unTagResources: untagging }),
    handle: ({ store, caller, body: { unTagResources } }) =>
      eachResource(store, caller, unTagResources, (instance) => {
        const isRemoved = (key: string, value: string): boolean =>
          unTagResources.tags.some((tag) => tag.key === key && (tag.value === undefined || tag.value === value));
        instance.tags = Object.fromEntries(Object.entries(instance.tags).filter(([key, value]) => !isRemoved(key, value)));
      }),
  }),
  operation("describeResources", `POST ${path}:describeResources`, {
    service: "resourcetag",
    body: fields({ resourceVo }),
    handle: describeResources,
  }),
];

/** Resources without tags are not listed. */
function describeResources({ store, caller, body }: Call<unknown, { readonly resourceVo: ReturnType<typeof resourceVo.read> }>): unknown {
  const { serviceCodes, resourceIds, tagFilters, currentPage, pageSize } = body.resourceVo;
  const found = shownTo(store, caller)
    .filter(() => serviceCodes.length === 0 || serviceCodes.includes("edcps"))
    .filter(({ instanceId }) => resourceIds.length === 0 || resourceIds.includes(instanceId))
    .filter(({ tags }) => Object.keys(tags).length > 0)
    .filter(({ tags }) => tagFilters.every(({ key, values }) => key in tags && (values.length === 0 || values.includes(tags[key] ?? ""))));
  const resourceTagMappingList = found.slice((currentPage - 1) * pageSize, currentPage * pageSize).map(({ instanceId, tags }) => ({
    jrn: `jrn:edcps:${caller.region}:${caller.pin}:instance/${instanceId}`,
    serviceCode: "edcps",
    resourceId: instanceId,
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  }));
  return { data: { pin: caller.pin, region: caller.region, resourceTagMappingList } };
}

/** Tags can be changed of what runs or is stopped (EdCPS product docs, "Tags"). */
function eachResource(store: Store, caller: Caller, { resources, tags }: Tagging, apply: (instance: Instance) => void): unknown {
  if (tags.length === 0) throw invalidArgument("parameter 'tags' is empty");
  const failedResourcesMap: { resourceId: string; msg: string }[] = [];
  let successCount = 0;
  for (const { serviceCode, resourceId } of resources) {
    if (serviceCode !== "edcps") throw invalidArgument(`there are no resources of service '${serviceCode}' here`);
    for (const id of resourceId) {
      const { error } = outcomeOf(() => {
        const instance = ownedBy(store.state.instances, caller).find((one) => one.instanceId === id);
        if (instance === undefined) throw invalidArgument(`resource '${id}' does not exist`);
        if (!["running", "stopped"].includes(instance.status)) throw invalidArgument(`resource '${id}' is ${instance.status}`);
        apply(instance);
        return {};
      });
      if (error === undefined) successCount += tags.length;
      else failedResourcesMap.push({ resourceId: id, msg: error.message });
    }
  }
  return { data: { pin: caller.pin, region: caller.region, failedResourcesMap, successCount } };
}
