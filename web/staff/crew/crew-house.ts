/** The outbox of a crew: results of tasks, sent by the session of whoever wrote them and by no other. */
import { inhabit } from "../../shared/outbox/house";
import { settleTime } from "./shot-clock";
import { keptAccount, nowSignedIn } from "./who";

const TASKS = "/api/v1/tasks";

inhabit({
  database: "hientruong-crew",
  name: "hientruong-crew-outbox",
  // That of the writer's session and of no other: where somebody else has signed in meanwhile, the city refuses it.
  csrf: async (store) => (await keptAccount(store))?.csrf ?? null,
  // A session comes from signing in; until then everything waits.
  renew: () => Promise.resolve(null),
  sends: async (item, store) => {
    const kept = await keptAccount(store);
    if (kept === null || item.by !== kept.account.username) return false;
    const now = await nowSignedIn();
    return now === undefined || now === kept.csrf;
  },
  addresses: (item) => {
    const one = `${TASKS}/${encodeURIComponent(item.about ?? "")}`;
    return { send: `${one}/result`, media: `${one}/media`, look: one };
  },
  beforeBytes: settleTime,
  settle: () => Promise.resolve(),
});
