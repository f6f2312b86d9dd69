import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  worker: { format: "es" },
  build: { target: "es2022" },
  test: {
    environment: "node",
    include: ["src/**/*.test.ts", ".ci/**/*.test.ts"],
    testTimeout: 20_000,
  },
});
