/**
 * Rules for names, label keys and label values (apimachinery `pkg/util/validation/validation.go`).
 *
 * Each rule returns the complaints about a value, none if it is valid. Names recur (a pod's labels are checked on
 * every write), so what was found valid is remembered in bounded sets.
 */

/** Complaints about a name; `prefix` means it is a generateName, so a trailing dash is allowed. */
export type NameRule = (name: string, prefix: boolean) => readonly string[];

const NONE: readonly string[] = [];
const CACHE_SIZE = 8192;

/** A set of values found valid; emptied when full, so memory stays bounded. */
class ValidSet {
  readonly #known = new Set<string>();

  has(value: string): boolean {
    return this.#known.has(value);
  }

  add(value: string): void {
    if (this.#known.size >= CACHE_SIZE) this.#known.clear();
    this.#known.add(value);
  }
}

const DASH = 45;
const DOT = 46;
const UNDERSCORE = 95;

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}
function isLower(c: number): boolean {
  return c >= 97 && c <= 122;
}
function isUpper(c: number): boolean {
  return c >= 65 && c <= 90;
}
function isLowerAlphanumeric(c: number): boolean {
  return isLower(c) || isDigit(c);
}
function isAlphanumeric(c: number): boolean {
  return isLower(c) || isDigit(c) || isUpper(c);
}

/** Whether `value[from..to)` is a DNS-1123 label, its length not counted. */
function labelShape(value: string, from: number, to: number): boolean {
  if (to <= from) return false;
  if (!isLowerAlphanumeric(value.charCodeAt(from)) || !isLowerAlphanumeric(value.charCodeAt(to - 1))) {
    return false;
  }
  for (let i = from + 1; i < to - 1; i++) {
    const c = value.charCodeAt(i);
    if (!isLowerAlphanumeric(c) && c !== DASH) return false;
  }
  return true;
}

function subdomainShape(value: string): boolean {
  let from = 0;
  for (;;) {
    const dot = value.indexOf(".", from);
    const to = dot < 0 ? value.length : dot;
    if (!labelShape(value, from, to)) return false;
    if (dot < 0) return true;
    from = dot + 1;
  }
}

const DNS_LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and " +
  "end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const DNS_SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must " +
  "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const DNS_1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic " +
  "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for " +
  "validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const QUALIFIED_NAME =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
  "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must " +
  "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for " +
  "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** Upstream's complaint about length, in bytes. */
export function maxLengthText(length: number): string {
  return `must be no more than ${length} bytes`;
}

const validSubdomains = new ValidSet();
const validLabels = new ValidSet();
const validQualified = new ValidSet();
const validValues = new ValidSet();

/** Replaces the dash that a generateName may end with, so that the ordinary rules apply. */
function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith("-") ? `${name.slice(0, -2)}a` : name;
}

/** DNS-1123 subdomain, at most 253 bytes: most names. */
export const isDns1123Subdomain: NameRule = (name, prefix) => {
  if (validSubdomains.has(name)) return NONE;
  const value = prefix ? maskTrailingDash(name) : name;
  const errors: string[] = [];
  if (value.length > 253) errors.push(maxLengthText(253));
  if (!subdomainShape(value)) errors.push(DNS_SUBDOMAIN);
  if (errors.length === 0 && !prefix) validSubdomains.add(name);
  return errors;
};

/** DNS-1123 label, at most 63 bytes: namespaces, containers, ports. */
export const isDns1123Label: NameRule = (name, prefix) => {
  if (validLabels.has(name)) return NONE;
  const value = prefix ? maskTrailingDash(name) : name;
  const errors: string[] = [];
  if (value.length > 63) errors.push(maxLengthText(63));
  if (!labelShape(value, 0, value.length)) errors.push(DNS_LABEL);
  if (errors.length === 0 && !prefix) validLabels.add(name);
  return errors;
};

/** DNS-1035 label, at most 63 bytes, starting with a letter: services. */
export const isDns1035Label: NameRule = (name, prefix) => {
  const value = prefix ? maskTrailingDash(name) : name;
  const errors: string[] = [];
  if (value.length > 63) errors.push(maxLengthText(63));
  if (!labelShape(value, 0, value.length) || !isLower(value.charCodeAt(0))) errors.push(DNS_1035);
  return errors;
};

/** A segment of a path: anything but `.`, `..`, and names with `/` or `%`: the kinds of RBAC. */
export const isPathSegment: NameRule = (name) => {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  const errors: string[] = [];
  if (name.includes("/")) errors.push("may not contain '/'");
  if (name.includes("%")) errors.push("may not contain '%'");
  return errors;
};

/** A label or annotation key: an optional DNS prefix and a name of at most 63 bytes. */
export function isQualifiedName(key: string): readonly string[] {
  if (validQualified.has(key)) return NONE;
  const errors: string[] = [];
  const slash = key.indexOf("/");
  let name = key;
  if (slash >= 0) {
    if (key.indexOf("/", slash + 1) >= 0) {
      return [
        `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with ` +
          `an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is ` +
          `'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' ` +
          `(e.g. 'example.com/MyName')`,
      ];
    }
    const prefix = key.slice(0, slash);
    name = key.slice(slash + 1);
    if (prefix === "") errors.push("prefix part must be non-empty");
    else for (const text of isDns1123Subdomain(prefix, false)) errors.push(`prefix part ${text}`);
  }
  if (name === "") errors.push("name part must be non-empty");
  else if (name.length > 63) errors.push(`name part ${maxLengthText(63)}`);
  if (!wordShape(name)) errors.push(QUALIFIED_NAME);
  if (errors.length === 0) validQualified.add(key);
  return errors;
}

/** Letters, digits, `-`, `_`, `.`; first and last alphanumeric. */
function wordShape(value: string): boolean {
  const last = value.length - 1;
  if (last < 0) return false;
  if (!isAlphanumeric(value.charCodeAt(0)) || !isAlphanumeric(value.charCodeAt(last))) return false;
  for (let i = 1; i < last; i++) {
    const c = value.charCodeAt(i);
    if (!isAlphanumeric(c) && c !== DASH && c !== UNDERSCORE && c !== DOT) return false;
  }
  return true;
}

export function isLabelValue(value: string): readonly string[] {
  if (value === "" || validValues.has(value)) return NONE;
  const errors: string[] = [];
  if (value.length > 63) errors.push(maxLengthText(63));
  if (!wordShape(value)) errors.push(LABEL_VALUE);
  if (errors.length === 0) validValues.add(value);
  return errors;
}

/** An IANA service name, as container ports are called: at most 15 characters, a letter among them. */
export function isPortName(name: string): readonly string[] {
  const errors: string[] = [];
  if (name.length > 15) errors.push("must be no more than 15 characters");
  let letters = 0;
  let wrong = name.length === 0;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if (isLower(c)) letters++;
    else if (!isDigit(c) && c !== DASH) wrong = true;
  }
  if (wrong) errors.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (letters === 0) errors.push("must contain at least one letter (a-z)");
  if (name.includes("--")) errors.push("must not contain consecutive hyphens");
  if (name.length > 0 && (name.startsWith("-") || name.endsWith("-"))) {
    errors.push("must not begin or end with a hyphen");
  }
  return errors;
}

export function isPortNumber(port: unknown): readonly string[] {
  const ok = typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65_535;
  return ok ? NONE : ["must be between 1 and 65535, inclusive"];
}

/** The name of an environment variable; since 1.34 any printable ASCII but `=`. */
export function isEnvVarName(name: string): readonly string[] {
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if (c < 32 || c > 126 || c === 61) {
      return [
        "a valid environment variable name must consist only of printable ASCII characters other than '='",
      ];
    }
  }
  return name === "" ? ["environment variable name must not be empty"] : NONE;
}
