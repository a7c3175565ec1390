/**
 * Which CPS code blames which parameter (CPH API reference, "Error codes"): [missing or empty, invalid].
 * Looked up by the full path without array indices, then by the field's own name, then by those of the objects around it.
 */
const codes: Readonly<Record<string, readonly [string, string]>> = {
  server_name: both("0087"),
  server_model_name: ["0088", "0089"],
  phone_model_name: ["0027", "0028"],
  image_id: ["0029", "0030"],
  count: both("0024"),
  keypair_name: both("0068"),
  band_width: both("0031"),
  band_width_id: ["0032", "0033"],
  band_width_share_type: both("0034"),
  band_width_charge_mode: both("0035"),
  band_width_size: both("0036"),
  ports: both("0037"),
  "ports.name": both("0038"),
  "ports.listen_port": both("0040"),
  "ports.internet_accessible": both("0093"),
  extend_param: both("0055"),
  order_param: both("0055"),
  charging_mode: both("0056"),
  period_type: both("0057"),
  period_num: both("0058"),
  is_auto_renew: both("0059"),
  is_auto_pay: both("0060"),
  subnet_cidr: both("0191"),
  tenant_vpc_id: both("0223"),
  subnet_id: both("0224"),
  nics: both("0226"),
  public_ip: both("0238"),
  "public_ip.count": both("0238"),
  "public_ip.type": both("0239"),
  eip: both("0239"),
  property: both("0078"),
  limit: both("0002"),
  offset: both("0002"),
  status: both("0010"),
  network_version: both("0240"),
  server_ids: ["0095", "0094"],
  servers: both("0095"),
  server_id: both("0097"),
  phone_name: both("0025"),
  phone_id: both("0004"),
  phone_ids: both("0080"),
  phones: both("0077"),
  job_id: both("0048"),
  request_id: both("0049"),
  product_type: both("0144"),
  image_type: both("0143"),
  image_name: both("0162"),
};

function both(code: string): readonly [string, string] {
  return [code, code];
}

/** `undefined` when no documented code names the parameter. */
export function cphCode(path: readonly string[], isMissing: boolean): string | undefined {
  const names = path.filter((part) => !/^\d+$/.test(part));
  // A count or size inside an object other than public_ip has no code of its own.
  const own = names.length > 1 && names.at(-1) === "count" ? [names.join(".")] : [names.join("."), names.at(-1) ?? ""];
  for (const key of [...own, ...names.slice(0, -1).reverse()]) {
    const found = codes[key];
    if (found !== undefined) return `CPS.${found[isMissing ? 0 : 1]}`;
  }
  return undefined;
}
