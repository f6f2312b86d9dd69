import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { kubernetesSchemas } from "./.ci/schemas.mjs";

/**
 * What the built page may load: itself and nothing else. (React Flow and Radix put style elements into the page,
 * so inline styles stay allowed; Vite's dev server needs an inline script, so development goes without.)
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function contentSecurityPolicy(): Plugin {
  return {
    name: "kubarium:content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: CONTENT_SECURITY_POLICY },
        injectTo: "head-prepend",
      },
    ],
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), contentSecurityPolicy(), kubernetesSchemas()],
  worker: { format: "es", plugins: () => [kubernetesSchemas()] },
  build: { target: "es2022" },
  test: {
    environment: "node",
    include: ["src/**/*.test.ts", ".ci/**/*.test.ts"],
    testTimeout: 20_000,
  },
});
