import { encodeBase64 } from "../base64";
import { ageColumn, column, nameColumn } from "../columns";
import { required } from "../field-error";
import type { FieldError } from "../field-error";
import { integerColumn } from "../printing/cells";
import { defineResource } from "../resource";
import type { Secret } from "../types";
import { validateData, validateImmutable, validateSize } from "../validation/data";
import { immutable } from "../validation/object-meta";

const SERVICE_ACCOUNT_TOKEN = "kubernetes.io/service-account-token";
const SERVICE_ACCOUNT_NAME = "kubernetes.io/service-account.name";

/** The keys that a type of secret must have. */
const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
};

/** `stringData` is for writing only: it becomes part of `data`. */
function defaults(secret: Secret): Secret {
  const type = secret.type || "Opaque";
  if (secret.stringData === undefined) return type === secret.type ? secret : { ...secret, type };
  const { stringData, ...rest } = secret;
  const data = { ...secret.data };
  for (const [key, text] of Object.entries(stringData)) data[key] = encodeBase64(text);
  return { ...rest, type, data };
}

function validate(secret: Secret): FieldError[] {
  const errors: FieldError[] = [];
  validateSize(validateData(secret.data, "data", errors), errors);
  for (const key of REQUIRED_KEYS[secret.type ?? ""] ?? []) {
    if (secret.data?.[key] === undefined) errors.push(required(`data[${key}]`));
  }
  if (secret.type === "kubernetes.io/basic-auth") {
    const { username, password } = secret.data ?? {};
    if (username === undefined && password === undefined) {
      errors.push(required("data[username]"), required("data[password]"));
    }
  }
  if (secret.type === SERVICE_ACCOUNT_TOKEN && !secret.metadata.annotations?.[SERVICE_ACCOUNT_NAME]) {
    errors.push(required(`metadata.annotations[${SERVICE_ACCOUNT_NAME}]`));
  }
  return errors;
}

export const secrets = defineResource<Secret>({
  group: "",
  version: "v1",
  kind: "Secret",
  resource: "secrets",
  namespaced: true,
  triggerField: "metadata.name",
  fields: { type: (secret) => secret.type ?? "" },
  columns: [
    nameColumn(),
    column("Type", (secret) => secret.type ?? "", { description: "What the data is for." }),
    integerColumn("Data", (secret) => Object.keys(secret.data ?? {}).length, "How many entries it has."),
    ageColumn(),
  ],
  defaults,
  prepareUpdate: (next, prev) => (next.type === undefined && prev.type ? { ...next, type: prev.type } : next),
  validate,
  validateUpdate(next, prev) {
    const errors = validate(next);
    immutable(next.type, prev.type, "type", errors);
    validateImmutable(next, prev, ["data"], errors);
    return errors;
  },
});
