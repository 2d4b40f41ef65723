/**
 * Checks that the agent's images may discover by themselves: those for which Datadog's `integrations-core` has an
 * `auto_conf.yaml` ("Autodiscovery Auto-Configuration" in its documentation), and those whose software runs in containers.
 * A name that an image does not know does no harm, so the list may be too long.
 */
const discoverable = [
  ...["activemq", "aerospike", "airflow", "apache", "argo_rollouts", "argo_workflows", "argocd", "calico", "cassandra"],
  ...[
    "celery",
    "cert_manager",
    "cilium",
    "clickhouse",
    "cockroachdb",
    "consul",
    "coredns",
    "couch",
    "couchbase",
    "crio",
  ],
  ...["datadog_cluster_agent", "dcgm", "elastic", "envoy", "etcd", "external_dns", "fluentd", "fluxcd", "gitlab"],
  ...[
    "gitlab_runner",
    "haproxy",
    "harbor",
    "hazelcast",
    "istio",
    "jboss_wildfly",
    "kafka",
    "kafka_consumer",
    "karpenter",
  ],
  ...[
    "keda",
    "kong",
    "krakend",
    "kube_apiserver_metrics",
    "kube_controller_manager",
    "kube_dns",
    "kube_metrics_server",
  ],
  ...["kube_proxy", "kube_scheduler", "kubelet", "kubernetes_cluster_autoscaler", "kubernetes_state", "kubevirt_api"],
  ...["kubevirt_controller", "kubevirt_handler", "kuma", "kyototycoon", "kyverno", "lighttpd", "linkerd", "litellm"],
  ...["marklogic", "mcache", "milvus", "minio", "mongo", "mysql", "n8n", "nats", "nginx", "nginx_ingress_controller"],
  ...["nvidia_triton", "openmetrics", "pgbouncer", "php_fpm", "postgres", "powerdns_recursor", "presto", "prometheus"],
  ...["proxysql", "pulsar", "rabbitmq", "ray", "redisdb", "rethinkdb", "riak", "scylla", "solr", "spark", "squid"],
  ...[
    "strimzi",
    "tekton",
    "teleport",
    "temporal",
    "tomcat",
    "torchserve",
    "traefik_mesh",
    "twemproxy",
    "varnish",
    "vault",
  ],
  ...["velero", "vllm", "voltdb", "weaviate", "weblogic", "zk"],
] as const;

/**
 * The value of `DD_IGNORE_AUTOCONF`: the checks that the agent must not discover by itself, in a fixed order and separated
 * by blanks.
 * @param listed the checks of the stack's integrations: the generator writes their instances.
 * @param all whether all other checks are included too.
 * @param further the stack's own value of the variable.
 */
export function ignoredDiscovery(listed: readonly string[], all: boolean, further = ""): string {
  const names = [...listed, ...(all ? discoverable : []), ...further.split(/\s+/)].filter((name) => name !== "");
  return [...new Set(names)].sort().join(" ");
}

/** All containers, by the rules of {@link noChecksFromContainers}: a container has a name, and most have an image. */
const everyContainer = "name:.* image:.*";

/**
 * Keeps the agent from running checks for containers that it discovers by itself: those that labels order, and those that
 * files with identifiers describe. Configs of files without identifiers, container tags and logs are not concerned. The agent
 * looks at the second variable alone before it runs a discovered check (pkg/collector/scheduler.go of datadog-agent). The
 * Docker check and the agent's own container metrics look at both, and there the first one takes precedence ("Container
 * Discovery Management" in Datadog's documentation). Both exist since 7.20.
 */
export const noChecksFromContainers = {
  DD_CONTAINER_INCLUDE: everyContainer,
  DD_CONTAINER_EXCLUDE_METRICS: everyContainer,
} as const;

/** The variables that would change what {@link noChecksFromContainers} says, or that it makes meaningless. */
const filters = [
  ...Object.keys(noChecksFromContainers),
  ...["DD_CONTAINER_EXCLUDE", "DD_CONTAINER_INCLUDE_METRICS", "DD_AC_INCLUDE", "DD_AC_EXCLUDE"],
];

/** Why a stack can't set a variable while the agent's own discovery is off, and what to do; undefined if it can. */
export function refusesFilter(variable: string): string | undefined {
  return filters.includes(variable)
    ? "selects containers for the agent's own discovery, which is off, so the program sets it; remove it, or set discovery: agent (docs/security.md)"
    : undefined;
}
