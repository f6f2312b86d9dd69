import type { User } from "./user";

/** What a request wants to do, as authorization sees it (apiserver `pkg/authorization/authorizer`). */
export interface AuthorizationAttributes {
  readonly user: User;
  readonly verb: string;
  readonly isResource: boolean;
  /** Path of the request; `""` for questions that are asked in a review of a resource. */
  readonly path: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** Field selector of lists and watches. */
  readonly fieldSelector: string;
}

/** `allow`, or no opinion with the reason for it. Nobody here denies what another allows. */
export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

export const ALLOWED: Decision = { allowed: true };
export const NO_OPINION: Decision = { allowed: false, reason: "" };
