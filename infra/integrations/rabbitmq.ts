import { loginHints, pageHints } from "./guide";
import { inBoth, type Integration } from "./integration";

/** RabbitMQ: every container with `SERVICE=rabbitmq`, by its management API. */
export const rabbitmq: Integration = {
  check: inBoth("rabbitmq"),
  template: inBoth("rabbitmq.tmpl"),
  containers: {
    service: "rabbitmq",
    defaultPort: 15672,
    signs: {
      images: ["rabbitmq"],
      programs: ["rabbitmq-server"],
      variables: ["RABBITMQ_VERSION"],
    },
  },
  followsRedirects: true,
  guide: {
    title: "RabbitMQ",
    reads:
      "The check reads the management API: the overview, nodes, queues and exchanges. It also publishes a message to a queue of its own in each virtual host (`aliveness-test`), which needs the permissions below.",
    steps: [
      {
        text: "Turn on the management plugin; images with `-management` in their tag have it on.",
        code: { language: "sh", lines: ["rabbitmq-plugins enable rabbitmq_management"] },
      },
      {
        text: "Create a user who may read everything and use one queue. `guest` can't log in from another host. Repeat the last line for each virtual host.",
        code: {
          language: "sh",
          lines: [
            "rabbitmqctl add_user datadog PASSWORD",
            "rabbitmqctl set_user_tags datadog monitoring",
            "rabbitmqctl set_permissions -p / datadog '^aliveness-test$' '^amq\\.default$' '.*'",
          ],
        },
      },
    ],
    hints: [...loginHints(), ...pageHints("/api/")],
    notes: [
      "If the API does not answer, the check reports the service check `rabbitmq.status` as critical, and no error of its own.",
    ],
  },
};
