/** Words of the phone desk and the restricted lane. */
export const callersVi = {
} as const;
