export * from "./ucloud";
export * from "./huaweicloud";
export * from "./jdcloud";
export * from "./fleet";
