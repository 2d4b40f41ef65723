import type { RunOptions } from "../../../tools/shared/run";
import type { SandboxDeployment } from "../../../tools/sandbox/deployment";

/** One step of `pulumi preview --json` (sdk: go/common/display/json.go), as far as tests read it. */
interface PreviewStep {
  readonly op: string;
  readonly urn: string;
  /** The properties that differ. */
  readonly diffReasons?: readonly string[] | null;
}

/** What a preview says it would do: for each resource that it would touch, by name, the operation and why. */
export async function previewChanges(
  deployment: SandboxDeployment,
  options?: RunOptions,
): Promise<Record<string, { readonly op: string; readonly because: readonly string[] }>> {
  const { stdout } = await deployment.pulumi(["preview", "--json", "--stack", deployment.stack], options);
  const { steps = [] } = JSON.parse(stdout) as { steps?: PreviewStep[] };
  return Object.fromEntries(
    steps
      // The two halves of a replacement are listed beside it.
      .filter(({ op }) => !["same", "create-replacement", "delete-replaced"].includes(op))
      .map(({ op, urn, diffReasons }) => [urn.split("::").pop() ?? urn, { op, because: diffReasons ?? [] }]),
  );
}
