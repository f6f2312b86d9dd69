import { ageColumn, column, nameColumn } from "../columns";
import { humanDuration } from "../duration";
import { duplicate, invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { NONE } from "../printing/cells";
import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { CertificateSigningRequest } from "../types";
import { isDns1123Subdomain, isPathSegment } from "../validation/names";
import { immutable } from "../validation/object-meta";

type Condition = NonNullable<CertificateSigningRequest["status"]["conditions"]>[number];

const USAGES: readonly string[] = [
  "any",
  "cert sign",
  "client auth",
  "code signing",
  "content commitment",
  "crl sign",
  "data encipherment",
  "decipher only",
  "digital signature",
  "email protection",
  "encipher only",
  "ipsec end system",
  "ipsec tunnel",
  "ipsec user",
  "key agreement",
  "key encipherment",
  "microsoft sgc",
  "netscape sgc",
  "ocsp signing",
  "s/mime",
  "server auth",
  "signing",
  "timestamping",
];
const DURATION_MIN = 600;
const SECOND_US = 1_000_000;
const APPROVED = "Approved";
const DENIED = "Denied";
const LEGACY = "kubernetes.io/legacy-unknown";

function validate({ spec }: CertificateSigningRequest): FieldError[] {
  const errors: FieldError[] = [];
  const usages = spec.usages ?? [];
  if (usages.length === 0) errors.push(required("spec.usages"));
  for (const [i, usage] of usages.entries()) {
    if (!USAGES.includes(usage)) errors.push(notSupported(`spec.usages[${i}]`, usage, USAGES));
    if (usages.indexOf(usage) < i) errors.push(duplicate(`spec.usages[${i}]`, usage));
  }
  const signer = spec.signerName ?? "";
  if (signer === LEGACY) {
    errors.push(
      invalid("spec.signerName", signer, "the legacy signerName is not allowed via this API version"),
    );
  } else validateSigner(signer, errors);
  const seconds = spec.expirationSeconds;
  if (seconds !== undefined && seconds < DURATION_MIN) {
    errors.push(
      invalid(
        "spec.expirationSeconds",
        seconds,
        `may not specify a duration less than ${DURATION_MIN} seconds (10 minutes)`,
      ),
    );
  }
  if ((spec.request ?? "") === "")
    errors.push(invalid("spec.request", [], "PEM block type must be CERTIFICATE REQUEST"));
  return errors;
}

function validateSigner(signer: string, errors: FieldError[]): void {
  const slash = signer.indexOf("/");
  if (signer === "") errors.push(required("spec.signerName"));
  else if (slash < 0 || signer.indexOf("/", slash + 1) >= 0) {
    const text = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    errors.push(invalid("spec.signerName", signer, text));
  } else {
    const domain = signer.slice(0, slash);
    const complaints = [
      ...isDns1123Subdomain(domain, false),
      ...isPathSegment(signer.slice(slash + 1), false),
    ];
    for (const text of complaints) errors.push(invalid("spec.signerName", signer, text));
    if (!domain.includes(".")) {
      errors.push(
        invalid("spec.signerName", domain, "should be a domain with at least two segments separated by dots"),
      );
    }
  }
}

function validateConditions(next: CertificateSigningRequest, prev: CertificateSigningRequest): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, condition] of (next.status.conditions ?? []).entries()) {
    const at = `status.conditions[${i}]`;
    if ((condition.type ?? "") === "") errors.push(required(`${at}.type`));
    if ((condition.status ?? "") === "") errors.push(required(`${at}.status`));
    if (seen.has(condition.type)) errors.push(duplicate(`${at}.type`, condition.type));
    seen.add(condition.type);
  }
  if (seen.has(APPROVED) && seen.has(DENIED)) {
    errors.push(
      invalid(
        "status.conditions",
        [APPROVED, DENIED],
        `${APPROVED} and ${DENIED} conditions are mutually exclusive`,
      ),
    );
  }
  for (const type of [APPROVED, DENIED, "Failed"]) {
    const had = (prev.status.conditions ?? []).some((c) => c.type === type);
    if (had && !seen.has(type)) {
      errors.push({
        type: "FieldValueForbidden",
        field: "status.conditions",
        message: `Forbidden: updates may not remove a condition of type ${JSON.stringify(type)}`,
      });
    }
  }
  return errors;
}

function conditionCell({ status }: CertificateSigningRequest): string {
  const types = new Set((status.conditions ?? []).map((c: Condition) => c.type));
  const found: string[] = [];
  if (types.has(DENIED)) found.push(DENIED);
  else if (types.has(APPROVED)) found.push(APPROVED);
  else found.push("Pending");
  if (types.has("Failed")) found.push("Failed");
  if ((status.certificate ?? "") !== "") found.push("Issued");
  return found.join(",");
}

/** What a write to `/approval` stores: the conditions and nothing else. */
export function withApproval(
  next: CertificateSigningRequest,
  prev: CertificateSigningRequest,
): CertificateSigningRequest {
  const { conditions } = next.status ?? {};
  const status = { ...prev.status };
  if (conditions === undefined) delete status.conditions;
  else status.conditions = conditions;
  return { ...prev, status };
}

export const certificateSigningRequests = defineResource<CertificateSigningRequest>({
  group: "certificates.k8s.io",
  version: "v1",
  kind: "CertificateSigningRequest",
  resource: "certificatesigningrequests",
  shortNames: ["csr"],
  namespaced: false,
  generation: false,
  emptyStatus: {},
  subresources: { approval: STATUS, status: STATUS },
  fields: { "spec.signerName": (csr) => csr.spec.signerName },
  columns: [
    nameColumn(),
    ageColumn(),
    column("SignerName", (csr) => csr.spec.signerName),
    column("Requestor", (csr) => csr.spec.username ?? ""),
    column("RequestedDuration", ({ spec }) =>
      spec.expirationSeconds === undefined ? NONE : humanDuration(spec.expirationSeconds * SECOND_US),
    ),
    column("Condition", conditionCell),
  ],
  defaults(csr) {
    const { usages } = csr.spec;
    if (usages !== undefined && usages.length > 0) return csr;
    return { ...csr, spec: { ...csr.spec, usages: ["digital signature", "key encipherment"] } };
  },
  // Who asks and what for does not change.
  prepareUpdate: (next, prev) => ({ ...next, spec: prev.spec }),
  validate,
  validateUpdate(next, prev) {
    const errors: FieldError[] = [];
    immutable(next.spec, prev.spec, "spec", errors);
    return errors;
  },
  validateStatusUpdate: validateConditions,
});
