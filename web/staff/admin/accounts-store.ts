/** The accounts of staff as the administration sees them. */
import { api } from "../../shared/api";
import type { Role } from "../../shared/model";

export interface StaffAccount { username: string; name: string; role: Role; agency: string | null; head?: boolean; active: boolean; signed_in_at?: string | null; reads?: string[] }
export interface OneTime { account: StaffAccount; password: string }

export const ROLES: readonly Role[] = ["operator", "supervisor", "leader", "admin", "agency"];

export async function accounts(): Promise<StaffAccount[]> {
  return (await api<{ accounts: StaffAccount[] }>("/api/v1/admin/accounts")).accounts;
}
