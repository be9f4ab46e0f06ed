/** "40 m", "1.2 km": as exact as a phone knows it. */
export const distanceWords = (far: number): string => (far < 1000 ? `${Math.round(far / 10) * 10} m` : `${(far / 1000).toFixed(1)} km`);
