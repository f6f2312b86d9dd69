import { templateWarnings } from "../warnings/workload";
import { column, nameColumn } from "../columns";
import { defaultPodTemplate } from "../defaults/pod-spec";
import { containerColumns, labelsCell } from "../printing/cells";
import { defineResource } from "../resource";
import type { PodTemplate } from "../types";
import { validatePodTemplate } from "../validation/pod-spec";

export const podTemplates = defineResource<PodTemplate>({
  group: "",
  version: "v1",
  kind: "PodTemplate",
  resource: "podtemplates",
  namespaced: true,
  // Upstream's table of pod templates has no age.
  columns: [
    nameColumn(),
    ...containerColumns<PodTemplate>((template) => template.template, false),
    column("Pod Labels", (template) => labelsCell(template.template?.metadata?.labels), {
      description: "The labels of its pods.",
    }),
  ],
  defaults(object) {
    const { template } = object;
    return template === undefined ? object : { ...object, template: defaultPodTemplate(template) };
  },
  prepareCreate: (object) => ({ ...object, metadata: { ...object.metadata, generation: 1 } }),
  validate: (object) => validatePodTemplate(object.template ?? {}, "template"),
  warnings: templateWarnings("template", (t) => t.template),
});
