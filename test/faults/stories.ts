import type { History } from "../../faults/history";
import { purchaseOperations } from "../../faults/programs";
import type { Kind, Planned } from "../../faults/programs";

const planned = (name: Planned["name"], kind: Kind, count = 1): Planned => ({ name, kind, isRenamed: false, count, variant: "a" });
const up = { do: "up", changes: [], replace: [] } as const;
const outOfBalance = { do: "fault", fault: { kind: "out-of-balance", cloud: "huaweicloud", times: 1 } } as const;
const operation = purchaseOperations.huaweicloud;

/** Histories that once ended badly, or made the judge doubt, as short as they could be made. */
export const stories: Readonly<Record<string, History>> = {
  "an elastic IP outlives its server when the host dies within a destroy": {
    seed: 0,
    hasNeighbour: false,
    resources: [planned("ra", "UPhoneServer"), planned("rb", "EdcpsInstance")],
    actions: [up, { do: "destroy", death: { kind: "host", point: 18, when: "after" } }],
  },
  "the order of an earlier program is paid by hand after the count went down": {
    seed: 2089039592,
    hasNeighbour: false,
    resources: [planned("ra", "CphBmsServer", 3)],
    actions: [outOfBalance, up, { ...up, changes: [{ resource: "ra", to: { count: 1 } }] }],
  },
  "an order is executed twice, and only one of the two could be paid": {
    seed: 2147483634,
    hasNeighbour: false,
    resources: [planned("ra", "CphPhoneServer", 3)],
    actions: [outOfBalance, { do: "fault", fault: { kind: "duplicate-delivery", cloud: "huaweicloud", times: 1, operation } }, up],
  },
  "a forced replacement of a vanished server dies, and the next change replaces": {
    seed: 779024506,
    hasNeighbour: false,
    resources: [planned("ra", "CphBmsServer")],
    actions: [
      up,
      { do: "vanish", resource: "ra" },
      { ...up, replace: ["ra"], death: { kind: "host", point: 11, when: "after" } },
      { ...up, changes: [{ resource: "ra", to: { variant: "b" } }] },
    ],
  },
  "a forced replacement marks its own server anew and dies, and the next change replaces that": {
    seed: 2147483620,
    hasNeighbour: false,
    resources: [planned("ra", "CphPhoneServer"), planned("rb", "CphBmsServer", 2)],
    actions: [
      up,
      { ...up, replace: ["ra"], death: { kind: "host", point: 28, when: "before" } },
      { ...up, changes: [{ resource: "ra", to: { variant: "b" } }] },
    ],
  },
  "a larger count is bought and dies before the state has it, and the next change replaces all of them": {
    seed: 1,
    hasNeighbour: false,
    resources: [planned("rb", "CphBmsServer", 2)],
    actions: [
      up,
      { ...up, changes: [{ resource: "rb", to: { count: 3 } }], death: { kind: "machine", point: 40, when: "before" } },
      { do: "wait", minutes: 2697 },
      { ...up, changes: [{ resource: "rb", to: { variant: "b" } }] },
    ],
  },
  "a server that a look has found is gone again before a state had it": {
    seed: 1,
    hasNeighbour: false,
    resources: [planned("rb", "CphPhoneServer")],
    actions: [
      up,
      { ...up, changes: [{ resource: "rb", to: { variant: "b" } }], death: { kind: "machine", point: 12, when: "before" } },
      { ...up, changes: [{ resource: "rb", to: "toggled" }] },
      { do: "wait", minutes: 55 },
    ],
  },
  "a server vanishes before a state has named it, and leaves its elastic IP behind": {
    seed: 93626970,
    hasNeighbour: true,
    resources: [planned("ra", "CphPhoneServer"), planned("rb", "EdcpsInstance")],
    actions: [
      { do: "fault", fault: { kind: "vanishes", cloud: "jdcloud", times: 1, ms: 3_600_000 } },
      { ...up, death: { kind: "host", point: 18, when: "before" } },
      { do: "wait", minutes: 61 },
    ],
  },
  "of two executions of an order one brings a broken server": {
    seed: 27,
    hasNeighbour: true,
    resources: [planned("ra", "CphPhoneServer", 2)],
    actions: [
      outOfBalance,
      { do: "fault", fault: { kind: "duplicate-delivery", cloud: "huaweicloud", times: 1, operation } },
      { do: "fault", fault: { kind: "provisioning-fails", cloud: "huaweicloud", times: 1 } },
      { ...up, death: { kind: "host", point: 1, when: "before" } },
      { ...up, replace: ["ra"] },
    ],
  },
  "a deletion ends the state's own server and not its double, before a refresh": {
    seed: 818662870,
    hasNeighbour: false,
    resources: [
      planned("ra", "CphBmsServer"),
      planned("rb", "UPhoneServer", 2),
      planned("rc", "CphBmsServer"),
      planned("rd", "UPhoneServer", 3),
    ],
    actions: [
      { do: "fault", fault: { kind: "lost-request", cloud: "ucloud", times: 4, operation: ["DescribeUPhoneServer"], after: 5 } },
      { do: "fault", fault: { kind: "lost-request", cloud: "ucloud", times: 1, operation: ["DescribeUPhoneServer"], after: 5 } },
      { do: "fault", fault: { kind: "duplicate-delivery", cloud: "ucloud", times: 1, operation: ["CreateUPhoneServer"] } },
      up,
      {
        ...up,
        changes: [
          { resource: "rb", to: { variant: "b" } },
          { resource: "ra", to: "toggled" },
        ],
        death: { kind: "host", point: 1, when: "before" },
      },
    ],
  },
  "one of two servers is from an interrupted run of another program, and nothing in place makes them alike": {
    seed: 1151700750,
    hasNeighbour: false,
    resources: [planned("ra", "UPhoneServer"), planned("rb", "EdcpsInstance"), planned("rc", "CphPhoneServer")],
    actions: [
      { ...up, death: { kind: "host", point: 1, when: "before" } },
      { ...up, changes: [{ resource: "rb", to: { variant: "b" } }], death: { kind: "host", point: 25, when: "before" } },
      {
        ...up,
        changes: [
          { resource: "rb", to: { variant: "a" } },
          { resource: "rb", to: { count: 2 } },
        ],
        death: { kind: "host", point: 1, when: "before" },
      },
    ],
  },
  "a change is taken back while its replacement is in the journal only": {
    seed: 1666717951,
    hasNeighbour: false,
    resources: [planned("ra", "EdcpsInstance")],
    actions: [
      up,
      { ...up, changes: [{ resource: "ra", to: { variant: "b" } }], death: { kind: "host", point: 10, when: "before" } },
      { ...up, changes: [{ resource: "ra", to: { variant: "a" } }] },
    ],
  },
};
