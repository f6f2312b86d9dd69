import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { assertDefined } from "./shared/assert";

createRoot(assertDefined(document.getElementById("root"), "index.html has no #root")).render(
  <StrictMode>
    <h1>Kubarium</h1>
  </StrictMode>,
);
