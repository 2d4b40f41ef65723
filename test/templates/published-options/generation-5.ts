import { options, type CheckOptions, type Options } from "./check-options";

const everyInstance: Options = { ...options("strings", "tags"), ...options("number", "min_collection_interval") };

const example = (check: string): string => `DataDog/integrations-core in 2018, ${check}/conf.yaml.example`;

/** The checks of generation 5. */
export const generation5: Readonly<Record<string, CheckOptions>> = {
  redisdb: {
    source: example("redisdb"),
    instance: {
      ...everyInstance,
      ...options("string", "host password ssl_ca_certs ssl_certfile ssl_keyfile unix_socket_path"),
      ...options("integer", "db port slowlog-max-len socket_timeout ssl_cert_reqs"),
      ...options("boolean", "command_stats ssl warn_on_missing_keys"),
      ...options("strings", "keys"),
    },
    // Or a socket, which this project never gives.
    required: ["host", "port"],
    initConfig: {},
  },
  nginx: {
    source: example("nginx"),
    instance: {
      ...everyInstance,
      ...options("string", "nginx_status_url password user"),
      ...options("integer", "plus_api_version"),
      ...options("boolean", "skip_proxy ssl_validation use_plus_api"),
    },
    required: ["nginx_status_url"],
    initConfig: {},
  },
  apache: {
    source: example("apache"),
    instance: {
      ...everyInstance,
      ...options("string", "apache_password apache_status_url apache_user"),
      ...options("integer", "connect_timeout receive_timeout"),
      ...options("boolean", "disable_ssl_validation"),
    },
    required: ["apache_status_url"],
    initConfig: {},
  },
  mcache: {
    source: example("mcache"),
    instance: {
      ...everyInstance,
      ...options("string", "socket url"),
      ...options("integer", "port"),
      ...options("mapping", "options"),
    },
    required: ["url"],
    initConfig: {},
  },
  postgres: {
    source: example("postgres"),
    instance: {
      ...everyInstance,
      ...options("string", "dbname host password username"),
      ...options("integer", "port"),
      ...options("boolean", "collect_count_metrics collect_database_size_metrics collect_function_metrics"),
      ...options("boolean", "do_collect_default_database ssl use_psycopg2"),
      ...options("list", "custom_metrics relations"),
    },
    required: ["host", "port"],
    initConfig: {},
  },
  mysql: {
    source: example("mysql"),
    instance: {
      ...everyInstance,
      ...options("string", "defaults_file pass server sock user"),
      ...options("integer", "connect_timeout port"),
      ...options("list", "queries"),
      ...options("mapping", "options ssl"),
    },
    required: ["server", "user"],
    initConfig: {},
  },
  rabbitmq: {
    source: example("rabbitmq"),
    instance: {
      ...everyInstance,
      ...options("string", "rabbitmq_api_url rabbitmq_pass rabbitmq_user"),
      ...options("boolean", "no_proxy ssl_verify tag_families"),
      ...options("strings", "nodes nodes_regexes queues queues_regexes vhosts"),
    },
    required: ["rabbitmq_api_url"],
    initConfig: {},
  },
  haproxy: {
    source: example("haproxy"),
    instance: {
      ...everyInstance,
      ...options("string", "password url username"),
      ...options("boolean", "collate_status_tags_per_host collect_aggregates_only collect_status_metrics"),
      ...options("boolean", "collect_status_metrics_by_host count_status_by_service disable_ssl_validation status_check"),
      ...options("boolean", "tag_service_check_by_host"),
      ...options("strings", "services_exclude services_include"),
    },
    required: ["url"],
    initConfig: {},
  },
  php_fpm: {
    source: `${example("php_fpm")} and php_fpm.py`,
    instance: {
      ...everyInstance,
      ...options("string", "http_host password ping_reply ping_url status_url user"),
      ...options("integer", "timeout"),
      ...options("boolean", "disable_ssl_validation"),
    },
    required: ["status_url", "ping_url"],
    initConfig: {},
  },
  http_check: {
    source: example("http_check"),
    instance: {
      ...everyInstance,
      ...options("string", "ca_certs client_cert client_key content_match method name password ssl_server_name url username"),
      ...options("integer", "days_critical days_warning http_response_status_code timeout"),
      ...options("boolean", "allow_redirects check_certificate_expiration collect_response_time disable_ssl_validation"),
      ...options("boolean", "ignore_ssl_warning include_content include_default_headers reverse_content_match"),
      ...options("boolean", "skip_event skip_proxy"),
      ...options("mapping", "data headers"),
    },
    required: ["name", "url"],
    initConfig: options("string", "ca_certs"),
  },
  tcp_check: {
    source: example("tcp_check"),
    instance: {
      ...everyInstance,
      ...options("string", "host name"),
      ...options("integer", "port timeout"),
      ...options("boolean", "collect_response_time skip_event"),
    },
    required: ["name", "host", "port"],
    initConfig: {},
  },
  elastic: {
    source: example("elastic"),
    instance: {
      ...everyInstance,
      ...options("string", "password ssl_cert ssl_key url username"),
      ...options("boolean", "admin_forwarder cluster_stats pending_task_stats pshard_graceful_timeout pshard_stats"),
      ...options("boolean", "ssl_verify"),
    },
    required: ["url"],
    initConfig: {},
  },
  docker_daemon: {
    source: example("docker_daemon"),
    instance: {
      ...everyInstance,
      ...options("string", "url"),
      ...options("boolean", "collect_container_count collect_container_size collect_disk_stats collect_events"),
      ...options("boolean", "collect_exit_codes collect_image_size collect_images_stats collect_volume_count"),
      ...options("boolean", "custom_cgroups ecs_tags"),
      ...options("strings", "container_tags event_attributes_as_tags exclude filtered_event_types"),
      ...options("strings", "health_service_check_whitelist include performance_tags"),
      ...options("mapping", "capped_metrics"),
    },
    required: ["url"],
    initConfig: {
      ...options("string", "api_version docker_root tls_cacert tls_client_cert tls_client_key"),
      ...options("integer", "init_retries init_retry_interval timeout"),
      ...options("boolean", "tls tls_verify"),
    },
  },
};
