/**
 * Fills in Secrets of type `kubernetes.io/service-account-token` that somebody made by hand, and deletes
 * those whose account is gone (`pkg/controller/serviceaccount/tokens_controller.go`). The server signs the
 * tokens, as it alone has the key.
 */
import { encodeBase64 } from "../api/base64";
import { secrets } from "../api/kinds/secret";
import { serviceAccounts } from "../api/kinds/service-account";
import { joinKey } from "../api/meta";
import type { Secret, ServiceAccount, TokenRequest } from "../api/types";
import type { RestClient } from "../client/rest-client";
import { isNotFound } from "../client/transport-error";
import type { Task } from "../kernel/task";
import type { ControllerContext } from "./context";
import { Engine, type SyncError } from "./engine";
import type { Controller } from "./table";

const NAME = "serviceaccount-token-controller";
const TYPE = "kubernetes.io/service-account-token";
const ACCOUNT_NAME = "kubernetes.io/service-account.name";
const ACCOUNT_UID = "kubernetes.io/service-account.uid";
/** These tokens are meant to last: as long as a token can be asked for. */
const LIFETIME_SECONDS = 4_294_967_295;
const WORKERS = 5;
const BY_ACCOUNT = "serviceAccount";

export function serviceAccountTokenController(context: ControllerContext): Controller {
  const client = context.client(NAME);
  const all = context.informers.informer(secrets);
  const accounts = context.informers.informer(serviceAccounts);
  all.index(BY_ACCOUNT, (secret) => {
    const name = accountName(secret);
    return name === undefined ? undefined : joinKey(secret.metadata.namespace, name);
  });
  const engine = new Engine(context.process, { name: NAME, workers: WORKERS, sync });
  const wake = (secret: Secret): void => {
    if (secret.type === TYPE) engine.enqueue(secret);
  };
  const wakeSecretsOf = (account: ServiceAccount): void => {
    const { namespace, name } = account.metadata;
    for (const secret of all.byIndex(BY_ACCOUNT, joinKey(namespace, name))) engine.enqueue(secret);
  };
  all.addHandler({ onAdd: wake, onUpdate: (_old, secret) => wake(secret) });
  accounts.addHandler({ onAdd: wakeSecretsOf, onDelete: wakeSecretsOf });

  function* sync(key: string): Task<SyncError> {
    const secret = all.get(key);
    const name = secret === undefined ? undefined : accountName(secret);
    if (secret === undefined || name === undefined) return undefined;
    const { namespace } = secret.metadata;
    const account = accounts.get(joinKey(namespace, name));
    const uid = secret.metadata.annotations?.[ACCOUNT_UID];
    if (account === undefined || (uid !== undefined && uid !== account.metadata.uid)) {
      return yield* discard(key, secret, name);
    }
    const data = secret.data ?? {};
    const caData = encodeBase64(context.rootCa);
    const space = encodeBase64(namespace);
    if (uid !== undefined && data["token"] && data["ca.crt"] === caData && data["namespace"] === space) {
      return undefined;
    }
    engine.decide(key, `a token for ${name}`, "none", "write it");
    const token = data["token"] ?? (yield* newToken(client, namespace, name));
    if (typeof token !== "string") return token;
    const next: Secret = {
      ...secret,
      metadata: {
        ...secret.metadata,
        annotations: { ...secret.metadata.annotations, [ACCOUNT_UID]: account.metadata.uid },
      },
      data: { ...data, token, "ca.crt": caData, namespace: space },
    };
    const written = yield* client.update(secrets, next);
    return written.ok || isNotFound(written.error) ? undefined : written.error;
  }

  function* discard(key: string, secret: Secret, name: string): Task<SyncError> {
    const { namespace, uid } = secret.metadata;
    // The local copy may be behind: only a live answer justifies a deletion.
    const live = yield* client.get(serviceAccounts, namespace, name);
    const expected = secret.metadata.annotations?.[ACCOUNT_UID];
    if (live.ok && (expected === undefined || expected === live.value.metadata.uid)) return undefined;
    if (!live.ok && !isNotFound(live.error)) return live.error;
    engine.decide(key, `ServiceAccount ${name}`, "none", "delete the secret");
    const gone = yield* client.delete(secrets, namespace, secret.metadata.name, { preconditions: { uid } });
    return gone.ok || isNotFound(gone.error) ? undefined : gone.error;
  }

  return { engine, start: () => engine.start([all.synced, accounts.synced]) };
}

function accountName(secret: Secret): string | undefined {
  return secret.type === TYPE ? secret.metadata.annotations?.[ACCOUNT_NAME] : undefined;
}

/** A token of an account that was asked for from the server; or why there is none. */
function* newToken(
  client: RestClient,
  namespace: string,
  name: string,
): Task<string | NonNullable<SyncError>> {
  const answer = yield* client.createSubresource<TokenRequest>(serviceAccounts, namespace, name, "token", {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    metadata: {},
    spec: { audiences: [], expirationSeconds: LIFETIME_SECONDS },
  });
  return answer.ok ? encodeBase64(answer.value.status?.token ?? "") : answer.error;
}
