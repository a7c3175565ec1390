import { serverInstance } from "./answers";
import { operation, page, paging } from "./operation";
import type { Operation } from "./operation";
import { notAvailable, tooLarge, wrongState } from "./errors";
import { hasRunningPhones } from "./phones";
import { chargeTypes } from "./prices";
import { purchase } from "./purchase";
import { deleteServer, rename, serverOf, serversIn, setRemark, shownServers } from "./store";
import { bool, emptyableText, int, oneOf, required, text, texts } from "./wire";

const oneServer = { CityId: required(text), ServerId: required(text) };

/** Operations on servers (UCloud API docs, "UPhone"). */
export const serverRoutes: Readonly<Record<string, Operation>> = {
  CreateUPhoneServer: operation(
    {
      Name: required(text),
      ServerModelName: required(text),
      UPhoneModelName: required(text),
      ImageId: required(text),
      CityId: required(text),
      ChargeType: oneOf(...chargeTypes),
      Quantity: text,
      IpDestRegion: text,
      ShareBandwidth: int,
      IpProportion: int,
      Tag: emptyableText,
      CouponId: text,
    },
    (wanted, store, scope) => {
      const { id, jobId } = purchase(store, scope, wanted);
      return store.choices.answersWithJobId ? { JobId: jobId } : { ServerId: id };
    },
  ),

  DescribeUPhoneServer: operation(
    { CityId: required(text), ServerIds: texts, ...paging },
    ({ CityId, ServerIds, ...paged }, store, scope) => {
      if (ServerIds.length > 100) throw tooLarge("ServerIds");
      const here = shownServers(store, serversIn(store, scope, CityId));
      const found = here.filter((server) => ServerIds.length === 0 || ServerIds.includes(server.id));
      if (ServerIds.some((id) => !found.some((server) => server.id === id)) && store.choices.unknownServerIsError)
        throw notAvailable("ServerIds");
      return { TotalCount: found.length, Servers: page(found, paged).map((server) => serverInstance(store, server)) };
    },
  ),

  // Name and Remark are optional in the tables, but what a call without them does is written nowhere: here it is refused.
  ModifyUPhoneServerName: operation({ ...oneServer, Name: required(text) }, ({ CityId, ServerId, Name }, store, scope) => {
    rename(store, serverOf(store, scope, CityId, ServerId), Name);
    return { ServerId };
  }),

  ModifyUPhoneServerRemark: operation({ ...oneServer, Remark: required(emptyableText) }, ({ CityId, ServerId, Remark }, store, scope) => {
    setRemark(store, serverOf(store, scope, CityId, ServerId), Remark);
    return { ServerId };
  }),

  DeleteUPhoneServer: operation({ ...oneServer, ReleaseEIP: bool, ReleaseUDisk: bool }, (values, store, scope) => {
    const server = serverOf(store, scope, values.CityId, values.ServerId);
    if (store.choices.deleteNeedsStoppedPhones && hasRunningPhones(store, server)) throw wrongState(server.id, "Running");
    deleteServer(store, server, { ips: values.ReleaseEIP ?? false, disk: values.ReleaseUDisk ?? false });
    return {};
  }),
};
