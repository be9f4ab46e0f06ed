import type { routingVi } from "./vi-routing";

/** Words of routing and its reasons. */
export const routingEn: Record<keyof typeof routingVi, string> = {};
