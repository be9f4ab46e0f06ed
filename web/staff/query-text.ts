import { said, t } from "../shared/preferences";
import type { Desk } from "./desk";
import type { Query } from "./kept";
import { ME } from "./queue";
import { agencyName } from "./tell";

/** What a view shows, in words: "Ở cơ quan · Phường Vũng Tàu · chỉ quá hạn". */
export function queryText(desk: Desk, query: Query): string {
  const category = desk.category(query.category);
  const area = query.area === "" ? undefined : [...desk.collection.reports.values()].find((one) => one.area?.code === query.area)?.area;
  return [
    t(`tab.${query.tab}`),
    query.category === "" ? "" : (category?.name ?? query.category),
    query.area === "" ? "" : (area?.name ?? query.area),
    query.agency === "" ? "" : agencyName(desk, query.agency),
    query.channel === "" ? "" : said(`channel.${query.channel}`, query.channel),
    query.person === "" ? "" : query.person === ME ? t("filter.person.mine") : t("filter.person.of", { name: query.person }),
    query.urgent ? t("filter.urgent") : "", query.late ? t("filter.late") : "", query.mine ? t("filter.mine") : "",
    query.text.trim() === "" ? "" : `“${query.text.trim()}”`,
    query.order === "due" ? "" : t(`order.${query.order}`),
  ].filter((part) => part !== "").join(" · ");
}
