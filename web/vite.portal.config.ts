import { site } from "./build/site.ts";

export default site({ main: "portal/main.ts", style: "portal/portal.css" }, "portal", "/static/portal/");
