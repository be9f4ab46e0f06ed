import { site, web } from "./build/site.ts";
import { serviceWorker } from "./build/worker.ts";

const MOUNT = "/static/staff/";

export default site(
  { ioc: "staff/ioc.ts", agency: "staff/agency.ts", crew: "staff/crew/crew.ts", login: "staff/login.ts", figures: "staff/figures.ts", admin: "staff/admin/admin.ts", wall: "staff/wall/wall.ts", tokens: "shared/tokens.css" },
  "ioc_dashboard",
  MOUNT,
  [serviceWorker(web, "staff/crew/sw.ts", MOUNT, "crew")],
);
