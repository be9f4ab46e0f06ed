/** Words of crews and their tasks. */
export const crewsVi = {};
