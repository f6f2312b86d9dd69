import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { assertDefined } from "./shared/assert";
import { App } from "./ui/app/app";
import { automation } from "./ui/app/automation";
import { DEFAULT_CONFIG } from "./ui/store/cluster-store";
import { claimClients, startSession } from "./ui/store/session";
import "./ui/theme/main.css";

window.kubarium = automation;
// A failure to start reaches the store as `fatal`, and the page says so.
startSession(DEFAULT_CONFIG).catch(() => undefined);
window.addEventListener("focus", claimClients);

createRoot(assertDefined(document.getElementById("root"), "index.html has no #root")).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
