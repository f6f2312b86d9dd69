import { describe, expect, it } from "vitest";
import { compileTemplate } from "./execute";
import { TemplateError } from "./parse";

const DATA = {
  kind: "Service",
  labels: { b: "2", a: "1" },
  ports: [
    { port: 80, name: "web" },
    { port: 443, name: "tls" },
  ],
  none: null,
  secret: "aGk=",
};

const run = (template: string, allowMissing = true): string => compileTemplate(template, allowMissing)(DATA);

describe("Go templates", () => {
  it.each([
    ["{{.kind}}", "Service"],
    ['{{range .ports}}{{.port}}{{"\\n"}}{{end}}', "80\n443\n"],
    ["{{range $i, $p := .ports}}{{$i}}={{$p.name}};{{end}}", "0=web;1=tls;"],
    ["{{range $k, $v := .labels}}{{$k}}{{$v}}{{end}}", "a1b2"],
    ["{{range .missing}}x{{else}}none{{end}}", "none"],
    ["{{range .ports}}{{if eq .port 443}}{{break}}{{end}}{{.port}}{{end}}", "80"],
    ["{{if and .kind .none}}a{{else if .kind}}b{{else}}c{{end}}", "b"],
    ["{{with .labels}}{{.a}}{{$.kind}}{{end}}", "1Service"],
    ["{{with .none}}x{{else}}y{{end}}", "y"],
    ['{{$x := .kind}}{{$x = "n"}}{{$x}}', "n"],
    ["{{len .ports}} {{len .kind}} {{index .ports 1}}", "2 7 map[name:tls port:443]"],
    ["{{(index .ports 0).name}}", "web"],
    ['{{.kind | printf "%s-%q" "x"}}', 'x-"Service"'],
    ['{{printf "%5d|%-5s|%v" 42 "ab" .labels}}', "   42|ab   |map[a:1 b:2]"],
    ['{{eq .kind "a" "Service"}} {{ne 1 2}} {{lt 1 2}} {{ge 2 2}} {{not true}}', "true true true true false"],
    ['{{or .none "d"}} {{and 1 0}}', "d 0"],
    ["{{.missing}} {{.missing.deep}}", "<no value> <no value>"],
    ['{{exists . "labels" "a"}} {{base64decode .secret}}', "true hi"],
    ['a {{- /* c */ -}} b {{- "c" }} d', "abc d"],
    ['{{`raw`}}{{print 1 2 "x"}}{{html "<"}}', "raw1 2x&lt;"],
  ])("%s", (template, text) => {
    expect(run(template)).toBe(text);
  });

  it.each([
    ["{{foo}}", 'template: output:1: function "foo" not defined'],
    ["{{.kind", "template: output:1: unclosed action"],
    ["{{if .kind}}x", "template: output:1: unexpected EOF"],
    ["{{$x}}", 'template: output:1: undefined variable "$x"'],
    ["a\n{{}}", "template: output:2: missing value for command"],
    ["{{end}}", "template: output:1: unexpected {{end}}"],
  ])("does not read %j", (template, message) => {
    expect(() => run(template)).toThrow(new TemplateError(message));
  });

  it("says where it fails", () => {
    expect(() => run("{{.kind.x}}")).toThrow(
      new TemplateError(
        'template: output:1:7: executing "output" at <.kind.x>: can\'t evaluate field x in type interface {}',
      ),
    );
    expect(() => run("{{.none.x}}")).toThrow("nil pointer evaluating interface {}.x");
    expect(() => run("{{.missing}}", false)).toThrow('map has no entry for key "missing"');
    expect(() => run("{{eq .kind 1}}")).toThrow("error calling eq: incompatible types for comparison");
  });
});
