/** Under which name a host accounts for a container's processes; the kubelet reads use by these, as cAdvisor does. */
export function containerGroup(podUid: string, container: string): string {
  return `kubepods/${podUid}/${container}`;
}

/** The container behind such a name; undefined: the name of something else. */
export function containerOfGroup(
  group: string | undefined,
): { readonly podUid: string; readonly container: string } | undefined {
  const [head, podUid, container] = group?.split("/") ?? [];
  if (head !== "kubepods" || podUid === undefined || container === undefined) return undefined;
  return { podUid, container };
}
