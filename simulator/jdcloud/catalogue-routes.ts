import { deviceTypes, operatingSystems, raidsOf, regions } from "./catalogue";
import type { DeviceType } from "./catalogue";
import { invalidArgument, notFound } from "./errors";
import { operation } from "./operation";
import { fields, oneOf, optional, text } from "./parameters";
import { availableOf } from "./offer";

const inRegion = "/v1/regions/{regionId}";

/** What is for sale, and where. None of these lists has pages. */
export const catalogueOperations = [
  operation("describeEdCPSRegions", "GET /v1/edgeRegions", {
    handle: () => ({
      regions: regions.map(({ region, regionName, azs }) => ({ region, regionName, azs: azs.map((az) => ({ region, ...az })) })),
    }),
  }),
  operation("describeDeviceTypes", `GET ${inRegion}/deviceTypes`, {
    query: fields({ az: optional(text) }),
    handle({ store, caller: { region }, query: { az } }) {
      const zones = regions.find((one) => one.region === region)?.azs ?? [];
      if (az !== undefined && !zones.some((one) => one.az === az)) throw invalidArgument(`parameter 'az': there is no zone '${az}'`);
      return { deviceTypes: deviceTypes.map((device) => viewDevice(device, region, availableOf(store, device, region))) };
    },
  }),
  operation("describeDeviceStock", `GET ${inRegion}/deviceStock`, {
    query: fields({ deviceType: optional(text) }),
    handle({ store, caller: { region }, query }) {
      const wanted = query.deviceType === undefined ? deviceTypes : [findDevice(query.deviceType)];
      const stock = wanted.map((device) => ({ deviceType: device.deviceType, region, available: availableOf(store, device, region) }));
      return { devicesStock: stock };
    },
  }),
  operation("describeOS", `GET ${inRegion}/os`, {
    query: fields({ deviceType: text, osType: optional(text) }),
    handle({ query }) {
      const { deviceType } = findDevice(query.deviceType);
      const wanted = query.osType?.toLowerCase();
      const offered = operatingSystems.filter((os) => wanted === undefined || os.osType === wanted);
      return { oss: offered.map((os) => ({ ...os, deviceType })) };
    },
  }),
  operation("describeDeviceRaids", `GET ${inRegion}/raids`, {
    query: fields({ deviceType: text, volumeType: optional(oneOf("system", "data")) }),
    handle({ query }) {
      const device = findDevice(query.deviceType);
      const offered = raidsOf(device).filter((raid) => query.volumeType === undefined || raid.volumeType === query.volumeType);
      return {
        raids: offered.map(({ volumeType, raidTypeId, raidType }) => {
          const [amount, sizeGb, model] = volumeType === "system" ? device.systemDisk : device.dataDisk;
          const volumeDetail = `${amount}*${sizeGb}GB ${model}`;
          return { volumeType, volumeDetail, raidTypeId, raidType, deviceType: device.deviceType, description: "" };
        }),
      };
    },
  }),
  operation("describeLineTypes", `GET ${inRegion}/lineTypes`, {
    handle: ({ caller: { region } }) => ({ lineType: { lineType: regions.find((one) => one.region === region)?.lineType, region } }),
  }),
];

function findDevice(deviceType: string): DeviceType {
  const device = deviceTypes.find((one) => one.deviceType === deviceType);
  if (device === undefined) throw notFound("DeviceType", deviceType);
  return device;
}

function viewDevice(device: DeviceType, region: string, available: number): Record<string, unknown> {
  const { deviceType, name, family, cpuConcise, memConcise } = device;
  const [systemDiskAmount, systemDiskSize, systemDiskModel] = device.systemDisk;
  const [dataDiskAmount, dataDiskSize, dataDiskModel] = device.dataDisk;
  return {
    ...{ deviceType, name, family, region, cpuConcise, cpuDetail: cpuConcise, memConcise, memDetail: memConcise },
    ...{ ifConcise: "2*10GE", ifDetail: "2*10GE", gpuConcise: "", gpuDetail: "" },
    ...{ systemDiskAmount, systemDiskSize, systemDiskModel, dataDiskAmount, dataDiskSize, dataDiskModel },
    isSoldOut: available === 0,
  };
}
