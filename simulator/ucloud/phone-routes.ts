import { notAvailable } from "./errors";
import { creationJob, phoneJob } from "./jobs";
import type { ShownJob } from "./jobs";
import { operation, page, paging, productType } from "./operation";
import type { Operation } from "./operation";
import { uphoneInstances } from "./phones";
import { isIn, serversIn, shownServers } from "./store";
import type { Scope, Store } from "./store";
import type { Server } from "./state";
import { bool, oneOf, text, texts } from "./wire";

const jobTypes = [
  "INSTALL_APP",
  "UNINSTALL_APP",
  "RUN_ASYNC_COMMAND",
  "CREATE_SERVER_AND_UPHONE",
  "SET_UPHONE_GPS",
  "SET_UPHONE_CONFIG",
  "UPLOAD_FILE",
  "DELETE_UPHONE",
];

// Single phones are not sold here, so that product's lists are empty.
function serversOf(store: Store, scope: Scope, product: string | undefined, cityId: string | undefined): Server[] {
  if (product === "uphone") return [];
  const servers = cityId === undefined ? store.state.servers.filter((server) => isIn(server, scope)) : serversIn(store, scope, cityId);
  return shownServers(store, servers);
}

function jobsOf(store: Store, scope: Scope, product: string | undefined, cityId: string | undefined): ShownJob[] {
  const jobs = product === "uphone" ? [] : store.state.phoneJobs.filter((job) => isIn(job, scope));
  return [
    ...serversOf(store, scope, product, cityId).map((server) => creationJob(store, server)),
    ...jobs.filter((job) => cityId === undefined || job.cityIds.includes(cityId)).map((job) => phoneJob(store, job)),
  ];
}

/** Phones on servers, and the jobs that make them (UCloud API docs, "UPhone"). */
export const phoneRoutes: Readonly<Record<string, Operation>> = {
  DescribeUPhone: operation(
    { ProductType: productType, CityId: text, ServerId: text, UPhoneIds: texts, Tag: text, IsAll: bool, ...paging },
    ({ ProductType, CityId, ServerId, UPhoneIds, Tag, IsAll, ...paged }, store, scope) => {
      const found = serversOf(store, scope, ProductType, CityId)
        .filter((server) => (ServerId === undefined || server.id === ServerId) && (Tag === undefined || server.tag === Tag))
        .flatMap((server) => uphoneInstances(store, server))
        .filter((phone) => UPhoneIds.length === 0 || UPhoneIds.some((id) => id === phone["UPhoneId"]));
      return { TotalCount: found.length, UPhones: IsAll === true ? found : page(found, paged, 200, 200) };
    },
  ),

  DescribeUPhoneJob: operation(
    {
      ProductType: productType,
      CityId: text,
      JobIds: texts,
      Types: texts,
      State: oneOf("PENDING", "RUNNING", "SUCCESS", "PARTIAL_SUCCESS", "FAILED"),
      ...paging,
    },
    ({ ProductType, CityId, JobIds, Types, State, ...paged }, store, scope) => {
      const wrong = Types.findIndex((type) => !jobTypes.includes(type));
      if (wrong >= 0) throw notAvailable(`Types.${wrong}`);
      const found = jobsOf(store, scope, ProductType, CityId)
        .filter((job) => JobIds.length === 0 || JobIds.includes(job.JobId))
        .filter((job) => Types.length === 0 || Types.includes(job.JobType))
        .filter((job) => State === undefined || job.State === State);
      return { TotalCount: found.length, Jobs: page(found, paged) };
    },
  ),
};
