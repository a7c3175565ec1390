import { INSTANCES, REGION, jdWorld } from "./support/jdcloud-world";
import type { JdWorld } from "./support/jdcloud-world";

describe("reads of the simulated JD Cloud", () => {
  let world: JdWorld;
  beforeEach(async () => {
    world = await jdWorld();
  });
  afterEach(() => world.close());

  const read = async (path: string) => (await world.call("GET", path)).body.result;
  const ids = async (query: string): Promise<unknown> => {
    const instances = (await read(`${INSTANCES}?${query}`))?.["instances"] as { instanceId: string }[];
    return instances.map((one) => one.instanceId);
  };

  test("pages the instances in the order of their creation", async () => {
    const all: string[] = [];
    world.cloud.switches.instancesPerNode = 100;
    for (let at = 0; at < 5; at += 1) all.push(...(await world.buy({ count: 5 })));
    expect(await ids("pageSize=20")).toEqual(all.slice(0, 20));
    expect(await ids("pageNumber=2&pageSize=20")).toEqual(all.slice(20));
    expect(await read(`${INSTANCES}?pageNumber=3`)).toEqual({ instances: [], pageNumber: 3, pageSize: 20, totalCount: 25 });
    expect(await ids("pageSize=100")).toEqual(all);
  });

  test.each([
    ["pageSize=19", "OUT_OF_RANGE"],
    ["pageSize=101", "OUT_OF_RANGE"],
    ["pageNumber=0", "OUT_OF_RANGE"],
    ["pageNumber=x", "INVALID_ARGUMENT"],
    ["colour=red", "INVALID_ARGUMENT"],
    ["az=a&az=b", "INVALID_ARGUMENT"],
    ["filters.1.name=colour&filters.1.values.1=red", "INVALID_ARGUMENT"],
    ["filters.1.name=status&filters.1.operator=lt&filters.1.values.1=running", "INVALID_ARGUMENT"],
    ["filters.1.name=status", "INVALID_ARGUMENT"],
  ])("refuses a list with %s", async (query, status) => {
    expect(await world.call("GET", `${INSTANCES}?${query}`)).toMatchObject({ status: 400, body: { error: { status } } });
  });

  test("finds instances by field, by part of the name, and by filters", async () => {
    const one = await world.running({ name: "edge-one" });
    const [two = ""] = await world.buy({ name: "farm-two", subnetId: "subnet-0002", keypairId: "keypair-0002", enableInternet: "no" });
    expect(await ids("name=edge")).toEqual([one]);
    expect(await ids("name=o")).toEqual([one, two]);
    expect(await ids("subnetId=subnet-0002")).toEqual([two]);
    expect(await ids("keypairId=keypair-0002&enableInternet=no")).toEqual([two]);
    expect(await ids("privateIp=10.0.1.2&az=cn-east-tz1a&interfaceMode=bond")).toEqual([one]);
    expect(await ids("filters.1.name=status&filters.1.values.1=running")).toEqual([one]);
    expect(await ids("filters.1.name=status&filters.1.values.1=running&filters.1.values.2=creating")).toEqual([one, two]);
    expect(await ids(`filters.1.name=instanceId&filters.1.values.1=${two}&filters.2.name=status&filters.2.values.1=running`)).toEqual([]);
    expect(await ids(`filters.1.name=instanceId&filters.1.values.1=${two}&filters.1.values.2=edcps-none`)).toEqual([two]);
  });

  test("lists elastic IPs by what they are bound to", async () => {
    const one = await world.running();
    await world.running({ bandwidthPackageId: "bwp-0001" });
    const gone = await world.running();
    world.cloud.vanish(gone);
    const count = async (query: string) => (await read(`${REGION}/elasticIps?${query}`))?.["totalCount"];
    expect(await count("")).toBe(3);
    expect(await count(`instanceId=${one}`)).toBe(1);
    expect(await count("status=associate")).toBe(2);
    expect(await count("status=disassociate")).toBe(1);
    expect(await count("hasJoinBandwidthPackage=yes")).toBe(1);
    expect(await count("chargeMode=prepaid_by_duration")).toBe(0);
    expect(await count("subnetId=subnet-0001&filters.1.name=bandwidthPackageId&filters.1.values.1=bwp-0001")).toBe(1);
    expect(await world.call("GET", `${REGION}/elasticIps/fip-none`)).toMatchObject({ status: 404 });
  });

  test("shows regions, device types, stock, systems, RAIDs and lines", async () => {
    expect(await read("/v1/edgeRegions")).toMatchObject({
      regions: [
        { region: "cn-east-tz1", azs: [{ region: "cn-east-tz1", az: "cn-east-tz1a" }, { az: "cn-east-tz1b" }] },
        { region: "cn-east-jn1" },
      ],
    });
    const devices = (await read(`${REGION}/deviceTypes?az=cn-east-tz1a`))?.["deviceTypes"] as { deviceType: string; isSoldOut: boolean }[];
    expect(devices[0]).toMatchObject({ deviceType: "edcps.c.normal1", systemDiskAmount: 2, dataDiskSize: 960, isSoldOut: false });
    expect(devices.filter((one) => one.isSoldOut).map((one) => one.deviceType)).toEqual(["edcps.c2.perf1"]);
    const stock = async () => (await read(`${REGION}/deviceStock?deviceType=edcps.s2.normal`))?.["devicesStock"];
    expect(await stock()).toEqual([{ deviceType: "edcps.s2.normal", region: "cn-east-tz1", available: 2 }]);
    await world.buy({ deviceType: "edcps.s2.normal" });
    expect(await stock()).toEqual([{ deviceType: "edcps.s2.normal", region: "cn-east-tz1", available: 1 }]);
    expect(await read(`${REGION}/os?deviceType=edcps.c.normal1&osType=CentOS`)).toEqual({
      oss: [{ osTypeId: "ostype-0001", osName: "CentOS 7.5(x86_64)", osType: "centos", osVersion: "7.5", deviceType: "edcps.c.normal1" }],
    });
    expect(await read(`${REGION}/raids?deviceType=edcps.c2.perf1`)).toMatchObject({
      raids: [{ raidTypeId: "raid-sys-noraid" }, { raidTypeId: "raid-data-noraid", raidType: "NORAID", volumeDetail: "1*2000GB NVMe" }],
    });
    const data = (await read(`${REGION}/raids?deviceType=edcps.c.normal1&volumeType=data`))?.["raids"] as unknown[];
    expect(data).toHaveLength(4);
    expect(await read(`${REGION}/lineTypes`)).toEqual({ lineType: { lineType: "ct", region: "cn-east-tz1" } });
  });

  test.each([
    ["os", 400],
    ["os?deviceType=edcps.none", 404],
    ["raids", 400],
    ["raids?deviceType=edcps.c.normal1&volumeType=tape", 400],
    ["deviceTypes?az=nowhere", 400],
    ["deviceStock?deviceType=edcps.none", 404],
  ])("refuses %s with %p", async (path, status) => {
    expect(await world.call("GET", `${REGION}/${path}`)).toMatchObject({ status });
  });

  test("shows networks, with the addresses that are left", async () => {
    expect(await read(`${REGION}/vpcs`)).toMatchObject({ totalCount: 1, vpcs: [{ vpcId: "vpc-0001", cidr: "10.0.0.0/16" }] });
    expect(await read(`${REGION}/vpcs/vpc-0001`)).toMatchObject({ vpc: { vpcId: "vpc-0001" } });
    expect(await read(`${REGION}/subnets?az=cn-east-tz1b`)).toMatchObject({ totalCount: 1, subnets: [{ subnetId: "subnet-0003" }] });
    expect(await read(`${REGION}/subnets?filters.1.name=subnetId&filters.1.values.1=subnet-0002`)).toMatchObject({ totalCount: 1 });
    await world.buy({ count: 3 });
    expect(await read(`${REGION}/subnets/subnet-0001`)).toMatchObject({
      subnet: { vpcId: "vpc-0001", vpcName: "edge", cidr: "10.0.1.0/24", networkType: "vpc", totalIpCount: 253, availableIpCount: 250 },
    });
    for (const path of [
      "vpcs/vpc-none",
      "subnets/subnet-none",
      "subnets/subnet-1001",
      "keypairs/keypair-none",
      "bandwidthPackages/bwp-none",
    ])
      expect(await world.call("GET", `${REGION}/${path}`)).toMatchObject({ status: 404 });
  });

  test("shows key pairs and shared bandwidth", async () => {
    expect(await read(`${REGION}/keypairs`)).toMatchObject({ totalCount: 2, keypairs: [{ keypairId: "keypair-0001" }, {}] });
    expect(await read(`${REGION}/keypairs?name=next`)).toMatchObject({ totalCount: 1 });
    expect(await read(`${REGION}/keypairs/keypair-0002`)).toMatchObject({ keypair: { keypairId: "keypair-0002", region: "cn-east-tz1" } });
    expect(await read(`${REGION}/bandwidthPackages`)).toMatchObject({ bandwidthPackages: [{ bandwidthPackageId: "bwp-0001" }] });
    const shared = (await read(`${REGION}/bandwidthPackages/bwp-0001`))?.["bandwidthPackage"];
    expect(shared).toMatchObject({ bandwidth: 500, lineType: "ct" });
    expect(shared).not.toHaveProperty("pin");
  });
});
