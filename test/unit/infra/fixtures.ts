/** The smallest valid settings of a stack. Tests extend or break them. */
export const smallestConfig = {
  project: "store",
  environment: "staging",
  apiKey: "0123456789abcdef0123456789abcdef",
  hosts: [
    {
      name: "web-1",
      address: "192.0.2.10",
      hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqfKJ0nZ2mE0uF6Hhq0b9rTn3m4m1dXh6Wm3mQf0s2K",
    },
  ],
} as const;

/** The least that a stack with a Swarm can say. */
export const swarmConfig = {
  project: smallestConfig.project,
  environment: smallestConfig.environment,
  apiKey: smallestConfig.apiKey,
  swarm: {
    managers: [
      {
        name: "manager-1",
        address: "192.0.2.10",
        hostKey: smallestConfig.hosts[0].hostKey,
      },
      {
        name: "manager-2",
        address: "192.0.2.11",
        hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFqfKJ0nZ2mE0uF6Hhq0b9rTn3m4m1dXh6Wm3mQf0s2K",
      },
    ],
  },
} as const;
