import { expect, it } from "vitest";
import { chunkName, dynamicImports, eagerAssets, staticImports, workerAssets } from "./size.mjs";

it("lists what the page loads first, and only that", () => {
  const html = `<link rel="icon" href="/favicon.svg"><script src="/theme.js"></script>
    <script type="module" crossorigin src="/assets/index-a.js"></script>
    <link rel="modulepreload" href="/assets/react-b.js"><link rel="stylesheet" crossorigin href="/assets/c.css">`;
  expect(eagerAssets(html)).toEqual([
    "/theme.js",
    "/assets/index-a.js",
    "/assets/react-b.js",
    "/assets/c.css",
  ]);
});

it("finds the workers that a minified script starts", () => {
  const code = "let w=new Worker(new URL(`/assets/host-d.js`,``+import.meta.url),{type:`module`});";
  expect(workerAssets(code)).toEqual(["/assets/host-d.js"]);
});

it("finds static imports, not dynamic ones", () => {
  expect(staticImports(`import{a as b}from"./x.js";import"./y.js";import("./z.js");`)).toEqual([
    "./x.js",
    "./y.js",
  ]);
});

it("finds what a script may fetch later, and by which name to know it", () => {
  const code =
    "import{a as b}from`./x.js`;let f=()=>import(`./_virtual_texts-BW7CO9lz.js`),g=()=>import('./p-DcS-4C_9.js');";
  expect(dynamicImports(code).map(chunkName)).toEqual(["_virtual_texts", "p"]);
});
