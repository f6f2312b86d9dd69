import type { ApiResponse, ClientCertificate } from "../../../api/http";
import { subjectAccessReviews } from "../../../api/kinds/virtual";
import type { SubjectAccessReview } from "../../../api/types";
import type { RestClient } from "../../../client/rest-client";
import type { Process } from "../../../kernel/process";
import type { Task } from "../../../kernel/task";
import { MINUTE, SECOND, type Micros } from "../../../kernel/time";
import { text } from "./parts";

/** Groups whose certificates open every door: that of kubeadm's `apiserver-kubelet-client`, and the masters. */
const TRUSTED = new Set(["kubeadm:cluster-admins", "system:masters"]);
/** pkg/kubelet/apis/config/v1beta1/defaults.go: webhook cacheAuthorizedTTL, cacheUnauthorizedTTL. */
const ALLOWED_FOR: Micros = 5 * MINUTE;
const REFUSED_FOR: Micros = 30 * SECOND;

interface Answer {
  readonly allowed: boolean;
  readonly until: Micros;
}

/**
 * Lets in who may ask this kubelet: asks the API server about those that it does not know, and remembers the answer
 * (`pkg/kubelet/server/auth.go`, authorization mode Webhook).
 */
export class Doorman {
  readonly #process: Process;
  readonly #client: RestClient;
  readonly #answers = new Map<string, Answer>();

  constructor(process: Process, client: RestClient) {
    this.#process = process;
    this.#client = client;
  }

  /** Is it remembered that a client may ask this? */
  knows(identity: unknown, path: string): boolean {
    if (identity === undefined) return false;
    const known = this.#answers.get(keyOf(identity as ClientCertificate, path));
    return known?.allowed === true && known.until > this.#process.now;
  }

  /** Why a client may not ask; undefined: it may. */
  *ask(identity: unknown, path: string): Task<ApiResponse | undefined> {
    if (identity === undefined) return text(401, "Unauthorized");
    const { commonName: user, organizations } = identity as ClientCertificate;
    if (organizations.some((o) => TRUSTED.has(o))) return undefined;
    const subresource = subresourceOf(path);
    const key = keyOf(identity as ClientCertificate, path);
    const known = this.#answers.get(key);
    if (known !== undefined && known.until > this.#process.now)
      return refusalOf(known.allowed, user, subresource);
    const asked = yield* this.#review(identity as ClientCertificate, subresource);
    if (asked === undefined) return text(500, "Authorization error");
    const until = this.#process.now + (asked ? ALLOWED_FOR : REFUSED_FOR);
    this.#answers.set(key, { allowed: asked, until });
    return refusalOf(asked, user, subresource);
  }

  /** undefined: the API server did not answer. */
  *#review({ commonName, organizations }: ClientCertificate, subresource: string): Task<boolean | undefined> {
    const resourceAttributes = { verb: "get", version: "v1", resource: "nodes", subresource };
    const review = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      metadata: {},
      spec: { user: commonName, groups: [...organizations], resourceAttributes },
    };
    const answer = yield* this.#client.create<SubjectAccessReview>(subjectAccessReviews, undefined, review, {
      quiet: true,
    });
    return answer.ok ? answer.value.status?.allowed === true : undefined;
  }
}

/** What a path is to the authorizer: a subresource of the node. */
function subresourceOf(path: string): string {
  return path.startsWith("/metrics") ? "metrics" : "proxy";
}

function keyOf({ commonName }: ClientCertificate, path: string): string {
  return `${commonName} ${subresourceOf(path)}`;
}

function refusalOf(allowed: boolean, user: string, subresource: string): ApiResponse | undefined {
  if (allowed) return undefined;
  return text(403, `Forbidden (user=${user}, verb=get, resource=nodes, subresource(s)=[${subresource}])\n`);
}
