import { api } from "../shared/api";
import type { Report } from "../shared/model";
import { asRefused } from "../shared/problem";
import type { Desk } from "./desk";
import { faultText } from "./tell";

/** What the live collection does not hold: cases drawn for an audit, which are finished, and those an agency is only to look
 *  at. Read once; what comes later comes as events. */
export async function loadAside(desk: Desk, which: "audit=pending&open=false&order=newest" | "checking=true"): Promise<void> {
  try {
    desk.takeAll((await api<{ reports: Report[] }>(`/api/v1/reports?${which}&limit=200`)).reports);
  } catch (error) {
    desk.toast(faultText(asRefused(error)), "bad");
  }
}
