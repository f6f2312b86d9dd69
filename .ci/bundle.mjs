// @ts-check
/** Bundles one TypeScript program of ours for Node: `node bundle.mjs ENTRY OUTDIR` writes OUTDIR/main.mjs. */
import process from "node:process";
import { build } from "vite";
import { kubernetesSchemas } from "./schemas.mjs";

const [entry, outDir] = process.argv.slice(2);
if (!entry || !outDir) throw new Error("usage: bundle.mjs ENTRY OUTDIR");
await build({
  configFile: false,
  publicDir: false,
  logLevel: "warn",
  plugins: [kubernetesSchemas()],
  build: {
    ssr: entry,
    outDir,
    emptyOutDir: true,
    target: "node20",
    minify: false,
    sourcemap: true,
    rolldownOptions: { output: { entryFileNames: "main.mjs" } },
  },
});
