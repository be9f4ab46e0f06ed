/** Words of hot spots. */
export const hotspotsVi = {};
