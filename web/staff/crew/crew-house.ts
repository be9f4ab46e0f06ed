/** The outbox of a crew: results of tasks, sent by the session of whoever wrote them and by no other. */
import { csrfNamed } from "../../shared/outbox/credential";
import { inhabit } from "../../shared/outbox/house";
import type { Account } from "../../shared/model";

const TASKS = "/api/v1/tasks";

inhabit({
  database: "hientruong-crew",
  name: "hientruong-crew-outbox",
  csrf: (store) => csrfNamed(store, "hientruong_csrf"),
  // A session comes from signing in; until then everything waits.
  renew: () => Promise.resolve(null),
  sends: async (item, store) => {
    const account = (await store.kept("account", (now) => now)) as Account | undefined;
    return account !== undefined && item.by === account.username;
  },
  addresses: (item) => {
    const one = `${TASKS}/${encodeURIComponent(item.about ?? "")}`;
    return { send: `${one}/result`, media: `${one}/media`, look: one };
  },
  settle: () => Promise.resolve(),
});
