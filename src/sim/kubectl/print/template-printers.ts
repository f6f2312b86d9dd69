/** `-o jsonpath` and `-o go-template`, with what kubectl says when a template fails. */
import { fail } from "../cli/failure";
import { goQuote } from "../cli/quote";
import { resolvePath } from "../config/paths";
import type { Context } from "../context";
import type { AnyObject } from "../resource/info";
import { goSyntax, goText } from "./go-value";
import { compactJson } from "./json";
import { printPath } from "./jsonpath/evaluate";
import { parsePath, PathError } from "./jsonpath/parse";
import type { ObjectPrinter, PrintRequest } from "./request";
import { compileTemplate } from "./template/execute";
import { TemplateError } from "./template/parse";

/** @throws Failure when the file cannot be read */
export function readTemplate(context: Context, file: string): string {
  const text = context.io.files.read(resolvePath(context.io, file));
  if (text === undefined)
    throw fail(`error reading --template ${file}, open ${file}: no such file or directory\n`);
  return text;
}

export function jsonPathPrinter(
  template: string,
  request: PrintRequest,
  asJson: unknown = false,
): ObjectPrinter {
  try {
    parsePath(template);
  } catch (e) {
    if (!(e instanceof PathError)) throw e;
    throw fail(`error parsing jsonpath ${template}, ${e.message}\n`);
  }
  const options = { allowMissingKeys: request.allowMissingKeys, asJson: asJson === true };
  return (object) => {
    try {
      return printPath(template, object, options);
    } catch (e) {
      if (!(e instanceof PathError)) throw e;
      throw fail(
        `error executing jsonpath ${goQuote(template)}: ${pathTrouble(e.message, template, object)}\n`,
      );
    }
  };
}

function pathTrouble(problem: string, template: string, object: AnyObject): string {
  return (
    `Error executing template: ${problem}. Printing more information for debugging the template:\n` +
    `\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n`
  );
}

/** What a template printed before it failed is part of the output. */
export function goTemplatePrinter(template: string, request: PrintRequest): ObjectPrinter {
  let run: (data: unknown) => string;
  try {
    run = compileTemplate(template, request.allowMissingKeys);
  } catch (e) {
    if (!(e instanceof TemplateError)) throw e;
    throw fail(`error parsing template ${template}, ${e.message}\n`);
  }
  return (object) => {
    try {
      return run(object);
    } catch (e) {
      if (!(e instanceof TemplateError)) throw e;
      request.trouble?.(templateTrouble(e.message, template, object));
      throw fail(`error executing template ${goQuote(template)}: ${e.message}`);
    }
  };
}

function templateTrouble(problem: string, template: string, object: AnyObject): string {
  return (
    `Error executing template: ${problem}. Printing more information for debugging the template:\n` +
    `\ttemplate was:\n\t\t${template}\n\traw data was:\n\t\t${compactJson(object)}\n` +
    `\tobject given to template engine was:\n\t\t${goText(object)}\n\n`
  );
}
