import type { callersVi } from "./vi-callers";

/** Words of the phone desk and the restricted lane. */
export const callersEn: Record<keyof typeof callersVi, string> = {
};
