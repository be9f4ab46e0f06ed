import { site, web } from "./build/site.ts";
import { serviceWorker } from "./build/worker.ts";

const MOUNT = "/static/portal/";

export default site({ main: "portal/main.ts", style: "portal/portal.css" }, "portal", MOUNT, [serviceWorker(web, "portal/sw.ts", MOUNT)]);
