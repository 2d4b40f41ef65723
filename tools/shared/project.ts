/** The project's name in Pulumi.yaml: Pulumi's folders have it, and it is the namespace of the settings. */
export const projectName = "datadog-hosts";
