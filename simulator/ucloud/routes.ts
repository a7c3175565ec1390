import { catalogueRoutes } from "./catalogue-routes";
import { networkRoutes } from "./network-routes";
import type { Operation } from "./operation";
import { phoneRoutes } from "./phone-routes";
import { phoneWorkRoutes } from "./phone-work-routes";
import { priceRoutes } from "./price-routes";
import { renewalRoutes } from "./renewal-routes";
import { serverRoutes } from "./server-routes";

/** Every operation that this cloud knows. */
export const routes: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    ...serverRoutes,
    ...phoneRoutes,
    ...phoneWorkRoutes,
    ...networkRoutes,
    ...catalogueRoutes,
    ...priceRoutes,
    ...renewalRoutes,
  }),
);
