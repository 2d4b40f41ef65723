import { stackTags, type Sample } from "./sample";

/** A cluster of one; its data is lost with the container. */
export const etcdSamples: readonly Sample[] = [
  {
    name: "shop-config",
    command: [
      ...["etcd", "--data-dir", "/tmp/data", "--listen-client-urls", "http://0.0.0.0:2379"],
      ...["--advertise-client-urls", "http://127.0.0.1:2379"],
    ],
    environment: { SERVICE: "etcd" },
    exposedPorts: [2379, 2380],
    expected: { check: "etcd", tags: stackTags },
  },
];
