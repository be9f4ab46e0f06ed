import { site } from "./build/site.ts";

export default site(
  { ioc: "staff/ioc.ts", agency: "staff/agency.ts", login: "staff/login.ts", figures: "staff/figures.ts", admin: "staff/admin/admin.ts", wall: "staff/wall/wall.ts", tokens: "shared/tokens.css" },
  "ioc_dashboard",
  "/static/staff/",
);
