import type Docker from "dockerode";
import type { PropertyMap, PropertyValue } from "../../shared/property-values";
import { engineError } from "../engine-client";
import type { EngineResource } from "../engine-resource";
import { isEmpty } from "../planning";
import { fixedText, label, stateOnly } from "../schema";
import type { Attribute, Schema } from "../schema";
import { blocksOf, flagOf, labelsOf, mapOf, textOf } from "../values";
import { labelBlocks } from "./service-read";
import { firstLook, untilDone } from "./waiting";

/** The resource's type token. */
export const NETWORK_TYPE = "docker:index/network:Network";

const fixedFlag: Attribute = { kind: "flag", supported: true, forceNew: true };

/** `docker:index/network:Network`. */
const NETWORK: Schema = {
  attachable: fixedFlag,
  driver: { ...fixedText, computed: true },
  ingress: stateOnly("flag"),
  internal: { ...fixedFlag, computed: true },
  ipamConfigs: {
    kind: "blocks",
    supported: true,
    forceNew: true,
    computed: true,
    fields: { subnet: fixedText, ipRange: fixedText, gateway: fixedText, auxAddress: stateOnly("map") },
    empty: [],
  },
  ipamDriver: { kind: "text", forceNew: true, default: "default" },
  ipamOptions: stateOnly("map"),
  ipv6: stateOnly("flag"),
  labels: { kind: "blocks", supported: true, forceNew: true, fields: label, empty: [] },
  name: { ...fixedText, required: true },
  options: { kind: "map", supported: true, forceNew: true, computed: true },
  scope: { kind: "text", computed: true },
};

interface InspectedNetwork {
  readonly Id: string;
  readonly Name: string;
  readonly Driver: string;
  readonly Scope: string;
  readonly Internal: boolean;
  readonly Attachable: boolean;
  readonly Ingress: boolean;
  readonly EnableIPv6: boolean;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Options: Readonly<Record<string, string>> | null;
  readonly IPAM: {
    readonly Driver: string;
    readonly Options?: Readonly<Record<string, string>> | null;
    readonly Config?:
      readonly { readonly Subnet?: string; readonly IPRange?: string; readonly Gateway?: string }[] | null;
  };
}

async function find(docker: Docker, id: string): Promise<InspectedNetwork | undefined> {
  try {
    return (await docker.getNetwork(id).inspect()) as InspectedNetwork;
  } catch {
    // Whatever goes wrong with the question, the original takes the network for gone.
    return undefined;
  }
}

function ipam(state: PropertyMap): Docker.IPAM {
  return {
    Driver: textOf(state, "ipamDriver"),
    ...(isEmpty(state["ipamConfigs"])
      ? {}
      : {
          Config: blocksOf(state, "ipamConfigs").map((config) => ({
            Subnet: textOf(config, "subnet"),
            IPRange: textOf(config, "ipRange"),
            Gateway: textOf(config, "gateway"),
          })),
        }),
  };
}

function stateOf(state: PropertyMap, network: InspectedNetwork): PropertyMap {
  const configs: PropertyValue = (network.IPAM.Config ?? []).map((config) => ({
    subnet: config.Subnet ?? "",
    ipRange: config.IPRange ?? "",
    gateway: config.Gateway ?? "",
    auxAddress: {},
  }));
  return {
    ...state,
    id: network.Id,
    name: network.Name,
    labels: labelBlocks(network.Labels),
    driver: network.Driver,
    internal: network.Internal,
    attachable: network.Attachable,
    ingress: network.Ingress,
    ipv6: network.EnableIPv6,
    ipamDriver: network.IPAM.Driver,
    ipamOptions: { ...network.IPAM.Options },
    scope: network.Scope,
    options: { ...network.Options },
    ipamConfigs: configs,
  };
}

/** A network, such as a Swarm's overlay. */
export const network: EngineResource = {
  schema: NETWORK,

  async create(engine, state) {
    const docker = await engine.docker();
    try {
      const created = await docker.createNetwork({
        Name: textOf(state, "name"),
        Driver: textOf(state, "driver"),
        Attachable: flagOf(state, "attachable"),
        Internal: flagOf(state, "internal"),
        Labels: labelsOf(state, "labels"),
        Options: mapOf(state, "options"),
        IPAM: ipam(state),
      });
      return created.id;
    } catch (error) {
      throw new Error(`Unable to create network: ${engineError(error).message}`, { cause: error });
    }
  },

  async read(docker, id, state) {
    const found = await firstLook(() => find(docker, id));
    return found === undefined ? undefined : stateOf(state, found);
  },

  async remove(docker, id) {
    await untilDone(async () => {
      if ((await find(docker, id)) === undefined) return true;
      try {
        await docker.getNetwork(id).remove();
        return true;
      } catch (error) {
        const told = engineError(error);
        if (told.message.toLowerCase().includes("has active endpoints")) return false;
        throw told;
      }
    });
  },
};
