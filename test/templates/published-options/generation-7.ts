import { options, type CheckOptions, type Options } from "./check-options";

/** What every integration written in Python takes. */
const everyInstance: Options = {
  ...options("string", "service"),
  ...options("strings", "tags"),
  ...options("number", "min_collection_interval"),
  ...options("boolean", "empty_default_hostname disable_generic_tags"),
  ...options("mapping", "metric_patterns"),
};

/** What every integration that asks over HTTP takes. */
const everyHttpInstance: Options = {
  ...everyInstance,
  ...options("mapping", "auth_token extra_headers headers proxy"),
  ...options("string", "auth_type aws_host aws_region aws_service kerberos_auth kerberos_cache kerberos_hostname"),
  ...options("string", "kerberos_keytab kerberos_principal ntlm_domain password tls_ca_cert tls_cert tls_private_key"),
  ...options("string", "username"),
  ...options("number", "connect_timeout read_timeout request_size timeout"),
  ...options("boolean", "allow_redirects kerberos_delegate kerberos_force_initiate log_requests persist_connections"),
  ...options("boolean", "skip_proxy tls_ignore_warning tls_use_host_header tls_verify use_legacy_auth_encoding"),
  ...options("strings", "tls_protocols_allowed"),
};

const everyInitConfig = options("string", "service");

const everyHttpInitConfig: Options = {
  ...everyInitConfig,
  ...options("mapping", "proxy"),
  ...options("boolean", "skip_proxy"),
  ...options("number", "timeout"),
};

const models = (check: string): string => `DataDog/integrations-core, the configuration models of ${check}`;

/** The checks of generation 7. */
export const generation7: Readonly<Record<string, CheckOptions>> = {
  redisdb: {
    source: models("redisdb"),
    instance: {
      ...everyInstance,
      ...options("string", "host password ssl_ca_certs ssl_certfile ssl_keyfile unix_socket_path username"),
      ...options("integer", "db port slowlog-max-len socket_timeout ssl_cert_reqs"),
      ...options("boolean", "collect_client_metrics command_stats disable_connection_cache ssl warn_on_missing_keys"),
      ...options("strings", "keys"),
    },
    required: ["host", "port"],
    initConfig: everyInitConfig,
  },
  nginx: {
    source: models("nginx"),
    instance: {
      ...everyHttpInstance,
      ...options("string", "nginx_status_url"),
      ...options("integer", "plus_api_version"),
      ...options("boolean", "only_query_enabled_endpoints use_plus_api use_plus_api_stream use_vts"),
    },
    required: ["nginx_status_url"],
    initConfig: everyHttpInitConfig,
  },
  apache: {
    source: models("apache"),
    instance: { ...everyHttpInstance, ...options("string", "apache_status_url") },
    required: ["apache_status_url"],
    initConfig: everyHttpInitConfig,
  },
  mcache: {
    source: models("mcache"),
    instance: {
      ...everyInstance,
      ...options("string", "password socket url username"),
      ...options("integer", "port"),
      ...options("mapping", "options"),
    },
    // Or a socket, which this project never gives.
    required: ["url"],
    initConfig: everyInitConfig,
  },
  postgres: {
    source: models("postgres"),
    instance: {
      ...everyInstance,
      ...options("string", "application_name data_directory dbname host password pg_stat_activity_view"),
      ...options("string", "pg_stat_statements_view reported_hostname ssl ssl_cert ssl_key ssl_password"),
      ...options("string", "ssl_root_cert use_global_custom_queries username"),
      ...options("integer", "idle_connection_timeout max_connections max_relations port query_timeout"),
      ...options("integer", "table_count_limit"),
      ...options("number", "database_instance_collection_interval"),
      ...options("boolean", "collect_activity_metrics collect_bloat_metrics collect_buffercache_metrics"),
      ...options("boolean", "collect_checksum_metrics collect_count_metrics collect_database_size_metrics"),
      ...options("boolean", "collect_default_database collect_function_metrics collect_wal_metrics dbm dbstrict"),
      ...options("boolean", "exclude_hostname log_unobfuscated_plans log_unobfuscated_queries only_custom_queries"),
      ...options("boolean", "propagate_agent_tags tag_replication_role"),
      ...options("strings", "activity_metrics_excluded_aggregations ignore_databases ignore_schemas_owned_by"),
      ...options("strings", "query_encodings"),
      ...options("list", "custom_metrics custom_queries relations"),
      ...options("mapping", "aws azure collect_raw_query_statement collect_schemas collect_settings"),
      ...options("mapping", "database_autodiscovery database_identifier gcp obfuscator_options query_activity"),
      ...options("mapping", "query_metrics query_samples"),
    },
    required: ["host"],
    initConfig: everyInitConfig,
  },
  mysql: {
    source: models("mysql"),
    instance: {
      ...everyInstance,
      ...options("string", "charset defaults_file host password reported_hostname sock use_global_custom_queries username"),
      ...options("number", "connect_timeout database_instance_collection_interval port read_timeout"),
      ...options("integer", "max_custom_queries"),
      ...options("boolean", "dbm log_unobfuscated_plans log_unobfuscated_queries only_custom_queries propagate_agent_tags"),
      ...options("list", "additional_status additional_variable custom_queries queries"),
      ...options("mapping", "aws azure collect_settings gcp index_metrics obfuscator_options options query_activity"),
      ...options("mapping", "query_metrics query_samples schemas_collection ssl"),
    },
    // Or a socket or a file, which this project never gives.
    required: ["host", "username"],
    initConfig: everyInitConfig,
  },
  rabbitmq: {
    source: models("rabbitmq"),
    instance: {
      ...everyHttpInstance,
      ...options("string", "rabbitmq_api_url"),
      ...options("boolean", "collect_node_metrics tag_families"),
      ...options("strings", "exchanges exchanges_regexes nodes nodes_regexes queues queues_regexes vhosts"),
    },
    required: ["rabbitmq_api_url"],
    initConfig: everyHttpInitConfig,
  },
  haproxy: {
    source: models("haproxy"),
    instance: {
      ...everyHttpInstance,
      ...options("string", "tags_regex url"),
      ...options("number", "startup_grace_seconds"),
      ...options("boolean", "active_tag collate_status_tags_per_host collect_aggregates_only collect_status_metrics"),
      ...options("boolean", "collect_status_metrics_by_host count_status_by_service disable_legacy_service_tag"),
      ...options("boolean", "enable_service_check status_check tag_service_check_by_host use_prometheus"),
      ...options("strings", "services_exclude services_include"),
    },
    required: ["url"],
    initConfig: everyHttpInitConfig,
  },
  php_fpm: {
    source: models("php_fpm"),
    instance: {
      ...everyHttpInstance,
      ...options("string", "http_host ping_reply ping_url status_url"),
      ...options("boolean", "use_fastcgi"),
    },
    // Either would do.
    required: ["status_url", "ping_url"],
    initConfig: everyHttpInitConfig,
  },
  openmetrics: {
    source: models("openmetrics"),
    instance: {
      ...everyHttpInstance,
      ...options("string", "hostname_format hostname_label namespace openmetrics_endpoint raw_metric_prefix"),
      ...options("boolean", "cache_metric_wildcards cache_shared_labels collect_counters_with_distributions"),
      ...options("boolean", "collect_histogram_buckets enable_health_service_check histogram_buckets_as_distributions"),
      ...options("boolean", "non_cumulative_histogram_buckets telemetry use_latest_spec use_process_start_time"),
      ...options("strings", "exclude_labels exclude_metrics ignore_tags include_labels raw_line_filters"),
      ...options("list", "extra_metrics metrics"),
      ...options("mapping", "exclude_metrics_by_labels rename_labels share_labels"),
    },
    required: ["openmetrics_endpoint", "metrics"],
    initConfig: everyHttpInitConfig,
  },
  http_check: {
    source: models("http_check"),
    instance: {
      ...everyHttpInstance,
      ...options("string", "content_match method name ssl_server_name tls_private_key_password url"),
      ...options("integer", "days_critical days_warning seconds_critical seconds_warning"),
      ...options("boolean", "check_certificate_expiration collect_response_time include_content include_default_headers"),
      ...options("boolean", "reverse_content_match stream tls_retrieve_non_validated_cert tls_validate_hostname"),
      ...options("boolean", "use_cert_from_response use_truststore"),
    },
    required: ["name", "url"],
    initConfig: everyHttpInitConfig,
  },
  tcp_check: {
    source: models("tcp_check"),
    instance: {
      ...everyInstance,
      ...options("string", "host name"),
      ...options("integer", "max_returned_metrics port"),
      ...options("number", "ip_cache_duration timeout"),
      ...options("boolean", "collect_response_time enable_legacy_tags_normalization ipv4_only multiple_ips"),
    },
    required: ["name", "host", "port"],
    initConfig: everyInitConfig,
  },
  tls: {
    source: models("tls"),
    instance: {
      ...everyInstance,
      ...options("string", "local_cert_path name server server_hostname tls_ca_cert tls_cert tls_private_key"),
      ...options("string", "tls_private_key_password transport"),
      ...options("integer", "port seconds_critical seconds_warning timeout"),
      ...options("number", "days_critical days_warning intermediate_cert_refresh_interval"),
      ...options("boolean", "fetch_intermediate_certs send_cert_duration tls_validate_hostname tls_verify"),
      ...options("strings", "allowed_versions"),
    },
    required: ["server"],
    initConfig: everyInitConfig,
  },
  etcd: {
    source: models("etcd"),
    instance: {
      ...everyHttpInstance,
      ...options("string", "prometheus_metrics_prefix prometheus_url url"),
      ...options("boolean", "health_service_check leader_tag send_histograms_buckets use_preview use_process_start_time"),
      ...options("strings", "exclude_labels ignore_metrics ignore_tags include_labels"),
      ...options("list", "metrics"),
      ...options("mapping", "label_joins labels_mapper type_overrides"),
    },
    required: ["prometheus_url"],
    initConfig: everyHttpInitConfig,
  },
  mongo: {
    source: models("mongo"),
    instance: {
      ...everyInstance,
      ...options("string", "cluster_name connection_scheme database password reported_database_hostname server"),
      ...options("string", "tls_ca_file tls_certificate_key_file username"),
      ...options("integer", "timeout"),
      ...options("boolean", "add_node_tag_to_events collections_indexes_stats dbm dbstats_tag_dbname replica_check tls"),
      ...options("boolean", "tls_allow_invalid_certificates tls_allow_invalid_hostnames"),
      ...options("strings", "additional_metrics collections dbnames hosts"),
      ...options("list", "custom_queries"),
      ...options("mapping", "options"),
    },
    required: ["hosts"],
    initConfig: everyInitConfig,
  },
  elastic: {
    source: models("elastic"),
    instance: {
      ...everyHttpInstance,
      ...options("string", "url"),
      ...options("boolean", "admin_forwarder cat_allocation_stats cluster_stats detailed_index_stats"),
      ...options("boolean", "disable_legacy_cluster_tag gc_collectors_as_rate index_stats node_name_as_host"),
      ...options("boolean", "pending_task_stats pshard_graceful_timeout pshard_stats slm_stats submit_events"),
      ...options("list", "custom_queries"),
    },
    required: ["url"],
    initConfig: everyHttpInitConfig,
  },
  kafka_consumer: {
    source: models("kafka_consumer"),
    instance: {
      ...everyInstance,
      ...options("string", "kafka_client_api_version sasl_kerberos_domain_name sasl_kerberos_keytab"),
      ...options("string", "sasl_kerberos_principal sasl_kerberos_service_name sasl_mechanism sasl_plain_password"),
      ...options("string", "sasl_plain_username security_protocol tls_ca_cert tls_cert tls_crlfile tls_private_key"),
      ...options("string", "tls_private_key_password"),
      ...options("integer", "broker_requests_batch_size"),
      ...options("boolean", "monitor_all_broker_highwatermarks monitor_unlisted_consumer_groups tls_validate_hostname"),
      ...options("boolean", "tls_verify"),
      ...options("strings", "kafka_connect_str"),
      ...options("mapping", "consumer_groups sasl_oauth_token_provider"),
    },
    required: ["kafka_connect_str"],
    initConfig: everyInitConfig,
  },
  docker: {
    source: "DataDog/datadog-agent, docker.d/conf.yaml.example",
    instance: {
      ...options("boolean", "collect_container_size collect_disk_stats collect_events collect_exit_codes"),
      ...options("boolean", "collect_image_size collect_images_stats"),
      ...options("integer", "collect_container_size_frequency"),
      ...options("strings", "filtered_event_types tags"),
      ...options("mapping", "capped_metrics"),
    },
    required: [],
    initConfig: {},
  },
};
