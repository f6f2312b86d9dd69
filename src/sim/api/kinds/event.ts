import { defineResource } from "../resource";
import type { Event } from "../types";

export const events = defineResource<Event>({
  group: "",
  version: "v1",
  kind: "Event",
  resource: "events",
  shortNames: ["ev"],
  namespaced: true,
});
