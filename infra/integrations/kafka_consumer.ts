import { loginHints, tlsHints } from "./guide";
import { inBoth, type Integration } from "./integration";

/**
 * The lag of Kafka's consumer groups: every container with `SERVICE=kafka`. Generation 5 needs ZooKeeper, or the name of each
 * group.
 */
export const kafkaConsumer: Integration = {
  check: inBoth("kafka_consumer"),
  template: inBoth("kafka_consumer.tmpl"),
  onlyIn: 7,
  containers: {
    service: "kafka",
    otherNames: ["kafka_consumer"],
    defaultPort: 9092,
    signs: {
      images: ["kafka", "cp-kafka", "kafka-native"],
      programs: ["kafka-server-start.sh", "kafka-server-start"],
      variables: ["KAFKA_VERSION"],
    },
  },
  guide: {
    title: "Kafka consumers",
    tested: "published options only",
    reads:
      "The check reads the offsets of all consumer groups from the broker. It does not read the broker's own (JMX) metrics.",
    steps: [
      {
        text: "Let the broker advertise an address that the agent reaches (`advertised.listeners`): a client asks one broker for the others, and then connects to what these advertise.",
      },
      {
        text: "Only where the broker asks for a password (SASL/PLAIN): let a user describe groups and topics.",
        code: {
          language: "sh",
          lines: [
            "kafka-acls.sh --bootstrap-server localhost:9092 --add --allow-principal User:datadog \\",
            "  --operation Describe --group '*' --topic '*' --cluster",
          ],
        },
      },
    ],
    hints: [...loginHints("none"), ...tlsHints],
  },
};
