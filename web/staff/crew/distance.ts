import { locale } from "../../shared/preferences";

/** "40 m", "1,2 km": as exact as a phone knows it. */
export const distanceWords = (far: number): string =>
  far < 995 ? `${Math.round(far / 10) * 10} m` : `${new Intl.NumberFormat(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(far / 1000)} km`;
