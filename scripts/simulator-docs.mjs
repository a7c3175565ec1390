/** Writes what the simulated clouds sell into docs/simulator.md, from their catalogues. `--check`: only says whether it is current. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { keepDocument } from "./generated.mjs";
import { root } from "./setup.mjs";

const load = createRequire(import.meta.url);
const simulated = (...path) => load(join(root, "dist", "simulator", ...path));
const target = join(root, "docs", "simulator.md");
const heading = "## What the clouds sell\n";

const [byHand] = readFileSync(target, "utf8").split(heading);
const options = { ...(await resolveConfig(target)), parser: "markdown" };
keepDocument("simulator.md", await format(`${byHand}${heading}${catalogues()}`, options), []);

function catalogues() {
  return `
<!-- Written by \`npm run docs\` from the catalogues in simulator/. -->

Enough to write programs of your own against: ids, models, stocks, prices in CNY, and the accounts that may buy. Most of it is made up. Every account has its own servers; the simulator's settings name the first one.

${[ucloud(), huaweicloud(), jdcloud()].join("\n")}`;
}

function ucloud() {
  const { cities, serverModels, phoneModels, images, ipRegions } = simulated("ucloud", "catalogue.js");
  const { ipMonthPrice, mbpsMonthPrice, voucherWorth, periodPrice } = simulated("ucloud", "prices.js");
  const { accounts } = simulated("ucloud", "accounts.js");
  return `### UCloud

${table(["`cityId`", "Name", "On sale", "Prices"], cities, ({ id, name, isSoldOut, priceFactor }) => [code(id), name, yesNo(!isSoldOut), `× ${priceFactor}`])}

${table(
  ["`serverModelName`", "Memory", "Stock per city", "A month", ...phoneModels.map(({ name }) => `Phones \`${name}\``)],
  serverModels,
  ({ name, memoryMb, stock, monthPrice, phones }) => [
    code(name),
    `${memoryMb / 1024} GiB`,
    stock,
    monthPrice,
    ...phoneModels.map((model) => phones[model.name] ?? "–"),
  ],
)}

A year costs ${periodPrice("Year", 1, 1, 0)} months, an hour 1/${48_000 / periodPrice("Dynamic", 1, 48_000, 0)} of a month. An independent address costs ${ipMonthPrice} a month, shared bandwidth ${mbpsMonthPrice} per Mbps and month. A \`couponId\` that begins with \`coupon-\` pays up to ${voucherWorth}.

- \`uphoneModelName\`: ${phoneModels.map(({ name, description }) => `${code(name)} (${description})`).join(", ")}
- \`imageId\`: ${images.map(({ id, name, owner }) => `${code(id)} (${name}${owner === undefined ? "" : `, of account ${owner} only`})`).join(", ")}
- \`ipDestRegion\`: ${ipRegions.map(({ id, isSoldOut }) => `${code(id)}${isSoldOut ? " (sold out)" : ""}`).join(", ")}

${table(["Account", "Public key", "Private key", "`projectId`"], Object.entries(accounts), ([name, one]) => [
  `${name}${one.owner === name ? "" : ` (of ${one.owner})`}`,
  code(one.publicKey),
  `${code(one.privateKey)}${one.securityToken === undefined ? "" : `, token ${code(one.securityToken)}`}`,
  `${one.projects.map(code).join(", ")}${one.mustNameProject ? "; must be named" : ""}`,
])}
`;
}

function huaweicloud() {
  const { serverModels, phoneModels, phoneImages, serverImageIds, keyPairs, zones, subnets, seededBandwidth, prices } = simulated(
    "huaweicloud",
    "catalogue.js",
  );
  const { accounts, region } = simulated("huaweicloud", "accounts.js");
  const imagesOf = (label) =>
    phoneImages
      .filter((image) => image.label === label)
      .map(({ id, version }) => `${code(id)} (${version})`)
      .join(", ");
  return `### Huawei Cloud

The region is \`${region}\`, its zones are ${zones.map(code).join(" and ")}. An order has 1 to 10 servers.

${table(["`serverModelName`", "For", "Stock", "A month", "`imageId`"], serverModels, ({ name, imageLabel, stock, price }) => [
  code(name),
  imageLabel === undefined ? "`CphBmsServer`" : "`CphPhoneServer`",
  stock,
  price,
  imageLabel === undefined ? `${serverImageIds.map(code).join(", ")}; the first when left out` : imagesOf(imageLabel) || "none",
])}

${table(
  ["`phoneModelName`", "On", "Phones per server", "On sale", "Needs"],
  phoneModels,
  ({ name, serverModel, capacity, status, version }) => [
    code(name),
    code(serverModel),
    capacity,
    yesNo(status === 1),
    version === 1 ? "`tenantVpcId`, `phoneDataVolume`" : "–",
  ],
)}

A year costs ten months; an elastic IP costs ${prices.eip} a month, bandwidth paid by size ${prices.mbit} per Mbit/s and month, a volume ${prices.volumeGib} per GiB and month. What every account has already:

${table(["`tenantVpcId`", "`subnetId`", "Range"], subnets, ({ vpcId, id, cidr }) => [code(vpcId), code(id), cidr])}

- \`keypairName\`: ${keyPairs.map(code).join(", ")}
- \`bandWidth.bandWidthId\` in the system's network: ${code(seededBandwidth.id)} (${seededBandwidth.size} Mbit/s)

${table(["Access key", "Secret key", "`projectId`"], accounts, ({ accessKey, secretKey, projects }) => [
  code(accessKey),
  code(secretKey),
  projects.map(({ id, name, isHere }) => `${code(id)} (${name}${isHere ? "" : ", without CPH"})`).join(", "),
])}
`;
}

function jdcloud() {
  const { accounts, regions, deviceTypes, operatingSystems, raids, raidsOf, BANDWIDTH_PRICE } = simulated("jdcloud", "catalogue.js");
  const { subnets, keypairs, bandwidthPackages } = simulated("jdcloud", "networks.js");
  const { instancesPerNode, elasticIpsPerNode } = simulated("jdcloud", "store.js").newStore().switches;
  const ofType = (wanted) =>
    raids
      .filter(({ volumeType }) => volumeType === wanted)
      .map(({ raidTypeId }) => code(raidTypeId))
      .join(", ");
  const ofAccount = (pin, list, idOf) =>
    list
      .filter((one) => one.pin === pin)
      .map(idOf)
      .join(", ") || "–";
  return `### JD Cloud

${table(["`regionId`", "`az`", "`lineType`"], regions, ({ region, azs, lineType }) => [code(region), azs.map(({ az }) => code(az)).join(", "), code(lineType)])}

An order has 1 to 5 servers, and an account at most ${instancesPerNode} per zone. Elastic IPs by themselves are sold up to ${elasticIpsPerNode} in a region, those of servers included.

${table(["`deviceType`", "Memory", "Stock per region", "A month", "RAID"], deviceTypes, (device) => [
  code(device.deviceType),
  device.memConcise,
  device.stock,
  device.pricePerMonth,
  raidsOf(device).length === raids.length
    ? "every"
    : raidsOf(device)
        .map(({ raidTypeId }) => code(raidTypeId))
        .join(", "),
])}

An elastic IP costs ${BANDWIDTH_PRICE} per Mbit/s and month; what is paid by the hour costs 1/720 of that each hour.

- \`osTypeId\`: ${operatingSystems.map(({ osTypeId, osName }) => `${code(osTypeId)} (${osName})`).join(", ")}
- \`sysRaidTypeId\`: ${ofType("system")}
- \`dataRaidTypeId\`: ${ofType("data")}

${table(
  ["Account", "Access key", "Secret key", "`subnetId`", "`keypairId`", "`bandwidthPackageId`"],
  accounts,
  ({ pin, accessKey, secretKey }) => [
    pin,
    code(accessKey),
    code(secretKey),
    ofAccount(pin, subnets, ({ subnetId, az, cidr }) => `${code(subnetId)} (${az}, ${cidr})`),
    ofAccount(pin, keypairs, ({ keypairId, region }) => `${code(keypairId)} (${region})`),
    ofAccount(pin, bandwidthPackages, ({ bandwidthPackageId, az }) => `${code(bandwidthPackageId)} (${az})`),
  ],
)}
`;
}

function table(head, things, cellsOf) {
  return [head, head.map(() => "-"), ...things.map(cellsOf)].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function code(text) {
  return `\`${text}\``;
}

function yesNo(is) {
  return is ? "yes" : "no";
}
