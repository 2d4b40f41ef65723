/** The version of the plugin that this one stands in for. */
export const PLUGIN_VERSION = "5.2.0";
