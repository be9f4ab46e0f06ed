/** Words of routing and its reasons. */
export const routingVi = {};
