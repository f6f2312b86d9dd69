/**
 * The formats of strings that schemas may ask for and that are checked (`kube-openapi/pkg/validation/strfmt`). Others
 * are taken as they are.
 */
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/u;
const DATE_TIME = /^\d{4}-\d\d-\d\d[tT]\d\d:\d\d:\d\d(\.\d+)?([zZ]|[+-]\d\d:\d\d)$/u;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/iu;
const EMAIL = /^[^\s@]+@[^\s@]+$/u;
const HOSTNAME = /^([a-z0-9]([-a-z0-9]*[a-z0-9])?)(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\.?$/iu;
const IPV4 = /^(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])(\.(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])){3}$/u;
const IPV6 = /^(?=[^:]*:)[0-9a-f:.]+$/iu;
const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u;
const DURATION =
  /^-?(\d+(\.\d+)?\s*(ns|us|µs|ms|s|m|h|d|w|hr|hour|hours|minutes?|seconds?|days?|weeks?)\s*)+$/u;
const URI = /^[a-z][-+.a-z0-9]*:\S+$/iu;
const MAC = /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/iu;

const PATTERNS: Readonly<Record<string, RegExp>> = {
  date: DATE,
  "date-time": DATE_TIME,
  datetime: DATE_TIME,
  uuid: UUID,
  email: EMAIL,
  hostname: HOSTNAME,
  ipv4: IPV4,
  ipv6: IPV6,
  byte: BASE64,
  duration: DURATION,
  uri: URI,
  mac: MAC,
};

/** Whether a text is not of a format that is checked. */
export function formatProblem(format: string, text: string): boolean {
  if (format === "cidr") {
    const [address = "", bits = "", ...more] = text.split("/");
    const known = IPV4.test(address) || IPV6.test(address);
    return !known || more.length > 0 || !/^\d{1,3}$/u.test(bits);
  }
  return Object.hasOwn(PATTERNS, format) && !(PATTERNS[format] as RegExp).test(text);
}
