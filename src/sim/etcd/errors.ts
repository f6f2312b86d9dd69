import type { EtcdError } from "./records";

/** Errors with etcd's own texts. Models etcd: api/v3rpc/rpctypes/error.go. */
export const ERR_NO_LEADER: EtcdError = { code: "Unavailable", message: "etcdserver: no leader" };
export const ERR_TIMEOUT: EtcdError = { code: "Unavailable", message: "etcdserver: request timed out" };
export const ERR_TIMEOUT_LEADER_FAILED: EtcdError = {
  code: "Unavailable",
  message: "etcdserver: request timed out, possibly due to previous leader failure",
};
export const ERR_TOO_MANY_REQUESTS: EtcdError = {
  code: "ResourceExhausted",
  message: "etcdserver: too many requests",
};
export const ERR_FUTURE_REVISION: EtcdError = {
  code: "OutOfRange",
  message: "etcdserver: mvcc: required revision is a future revision",
};
export const ERR_DUPLICATE_KEY: EtcdError = {
  code: "InvalidArgument",
  message: "etcdserver: duplicate key given in txn request",
};
export const ERR_EMPTY_KEY: EtcdError = {
  code: "InvalidArgument",
  message: "etcdserver: key is not provided",
};
export const ERR_TOO_MANY_OPS: EtcdError = {
  code: "InvalidArgument",
  message: "etcdserver: too many operations in txn request",
};
export const ERR_LEASE_NOT_FOUND: EtcdError = {
  code: "NotFound",
  message: "etcdserver: requested lease not found",
};
export const ERR_MEMBER_NOT_FOUND: EtcdError = { code: "NotFound", message: "etcdserver: member not found" };
export const ERR_MEMBER_EXISTS: EtcdError = {
  code: "FailedPrecondition",
  message: "etcdserver: member ID already exist",
};
export const ERR_LEARNER_NOT_READY: EtcdError = {
  code: "FailedPrecondition",
  message: "etcdserver: can only promote a learner member which is in sync with leader",
};
export const ERR_NOT_LEADER: EtcdError = { code: "FailedPrecondition", message: "etcdserver: not leader" };
export const ERR_BAD_TRANSFEREE: EtcdError = {
  code: "FailedPrecondition",
  message: "etcdserver: bad leader transferee",
};
export const ERR_STOPPED: EtcdError = { code: "Unavailable", message: "etcdserver: server stopped" };
