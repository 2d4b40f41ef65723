/** The project's name in Pulumi.yaml. Pulumi uses it in folder names and as the namespace of the settings. */
export const projectName = "datadog-hosts";
