import { describe, expect, it } from "vitest";
import { containerFixture } from "../../templates/harness";
import { Lab } from "./lab";

const containers = [
  containerFixture({
    name: "web-2",
    env: { SERVICE: "nginx", HOSTS: "a.example,b.example", PRIORITY: "10" },
    labels: { "com.example.team": "shop", tier: "front" },
    exposedPorts: [80, 8080],
  }),
  containerFixture({ name: "cache-1", env: { SERVICE: "redis", PRIORITY: "9" }, labels: { tier: "back" } }),
  containerFixture({
    name: "web-1",
    env: { SERVICE: "nginx", HOSTS: "b.example" },
    networks: { apps: { ip: "10.0.0.3" } },
  }),
];

const namesOf = (list: string) => `{{ range ${list} }}{{ .Name }} {{ end }}`;
const groupsOf = (groups: string) =>
  `{{ range $key, $list := ${groups} }}{{ $key }}:{{ range $list }}{{ .Name }} {{ end }}{{ end }}`;
const sorted = (list: string) => `{{ range sortStringsAsc (${list}) }}{{ . }} {{ end }}`;

/** Each expression with what it renders to; docker-gen's own functions are all here. */
const table: [template: string, expected: string][] = [
  // Lists of containers.
  [namesOf('where . "Env.SERVICE" "redis"'), "cache-1 "],
  [namesOf('where . "Labels.com.example.team" "shop"'), "web-2 "],
  [namesOf('where . ".Addresses.1.Port" "8080"'), "web-2 "],
  [namesOf('where . "Networks.0.IP" "10.0.0.3"'), "web-1 "],
  [namesOf('where . "State.Running" true'), "web-2 cache-1 web-1 "],
  [namesOf('where . "State.Running" "true"'), ""],
  [namesOf('whereNot . "Env.SERVICE" "redis"'), "web-2 web-1 "],
  [namesOf('whereExist . "Env.HOSTS"'), "web-2 web-1 "],
  [namesOf('whereNotExist . "Env.HOSTS"'), "cache-1 "],
  [namesOf('whereAny . "Env.HOSTS" "," (split "a.example,c.example" ",")'), "web-2 "],
  [namesOf('whereAll . "Env.HOSTS" "," (split "a.example,b.example" ",")'), "web-2 "],
  [namesOf('whereLabelExists . "tier"'), "web-2 cache-1 "],
  [namesOf('whereLabelDoesNotExist . "tier"'), "web-1 "],
  [namesOf('whereLabelValueMatches . "tier" "^b"'), "cache-1 "],
  [namesOf('whereLabelValueMatches (whereLabelExists . "com.example.team") "tier" "front"'), "web-2 "],
  [namesOf('where (where . "Env.SERVICE" "nginx") "Env.HOSTS" "b.example"'), "web-1 "],
  [groupsOf('groupBy . "Env.SERVICE"'), "nginx:web-2 web-1 redis:cache-1 "],
  [groupsOf('groupBy . "Env.HOSTS"'), "a.example,b.example:web-2 b.example:web-1 "],
  [groupsOf('groupByWithDefault . "Env.PRIORITY" "0"'), "0:web-1 10:web-2 9:cache-1 "],
  [groupsOf('groupByMulti . "Env.HOSTS" ","'), "a.example:web-2 b.example:web-2 web-1 "],
  [groupsOf('groupByLabel . "tier"'), "back:cache-1 front:web-2 "],
  [groupsOf('groupByLabelWithDefault . "tier" "none"'), "back:cache-1 front:web-2 none:web-1 "],
  [sorted('groupByKeys . "Env.SERVICE"'), "nginx redis "],
  [namesOf('sortObjectsByKeysAsc . "Name"'), "cache-1 web-1 web-2 "],
  [namesOf('sortObjectsByKeysDesc . "Name"'), "web-2 web-1 cache-1 "],
  [namesOf('sortObjectsByKeysAsc . "Env.PRIORITY"'), "web-1 cache-1 web-2 "],
  [namesOf('sortObjectsByKeysDesc . "Env.SERVICE"'), "cache-1 web-2 web-1 "],
  [namesOf('sortObjectsByKeysAsc . "Created"'), "web-2 cache-1 web-1 "],

  // Texts, lists and maps.
  ['{{ closest (split "example,www.example,no" ",") "x.www.example" }}', "www.example"],
  ['[{{ closest (split "a,b" ",") "c" }}]', "[]"],
  ['[{{ coalesce nil "" "b" }}]', "[]"],
  ["{{ coalesce nil nil }}", "<no value>"],
  ['{{ sprigCoalesce "" "b" }}', "b"],
  ['{{ comment "# " "a\\nb" }}', "# a\n# b"],
  [
    '{{ contains (dict "a" 1) "a" }} {{ contains (dict "a" 1) "b" }} {{ contains "abc" "b" }} {{ contains nil "a" }}',
    "true false false false",
  ],
  ['{{ sprigContains "b" "abc" }}', "true"],
  ['{{ sprigDir "/etc/hosts" }}', "/etc"],
  ['{{ dir "folder" }}', "[a b]"],
  ['{{ dir "nowhere" }}', "[]"],
  ['{{ exists "folder/a" }} {{ exists "folder/c" }}', "true false"],
  ['{{ include "folder/a" }}{{ include "folder/c" }}', "text of a"],
  ['{{ define "greet" }}hello {{ . }}{{ end }}{{ eval "greet" "you" | toUpper }}', "HELLO YOU"],
  ['{{ define "plain" }}{{ . }}{{ end }}{{ eval "plain" }}', "<no value>"],
  [sorted('intersect (split "a,b,b,c" ",") (split "b,c,d" ",")'), "b c "],
  ['{{ keys (dict "a" 1) }}', "[a]"],
  ["{{ keys nil }}", "<no value>"],
  ['{{ replace "aaa" "a" "b" 2 }} {{ sprigReplace "a" "b" "aaa" }}', "bba bbb"],
  ['{{ parseBool "true" }} {{ parseBool "0" }}', "true false"],
  ['{{ queryEscape "a b&c" }}', "a+b%26c"],
  ['{{ index (split "a:b:c" ":") 1 }} {{ (sprigSplit ":" "a:b")._1 }}', "b b"],
  ['{{ len (splitN "a:b:c" ":" 2) }} {{ (sprigSplitn ":" 2 "a:b:c")._1 }}', "2 b:c"],
  ['{{ sortStringsAsc (split "b,c,a" ",") }} {{ sortStringsDesc (split "b,c,a" ",") }}', "[a b c] [c b a]"],
  ['{{ toLower "ÄB" }} {{ toUpper "äb" }}', "äb ÄB"],
  ['{{ when true "yes" "no" }} {{ when false "yes" 2 }}', "yes 2"],
  ['{{ sha1 "a" }}', "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"],
  ['{{ json (dict "b" "<&>" "a" (list 1 "x")) }}', '{"a":[1,"x"],"b":"\\u003c\\u0026\\u003e"}'],
  ['{{ (parseJson `{"a":{"b":[1.5]}}`).a.b }}', "[1.5]"],
  ['{{ (fromYaml "a: {b: 2}").a.b }}', "2"],
  ['{{ fromYaml "a: [" }}', "<no value>"],
  ['{{ index (mustFromYaml "- x\\n- 2026-01-02") 0 }}', "x"],
  [
    '{{ toYaml (dict "b" "yes" "a" (list 1 "2" "x: y" "a\\nb" "" "~" "#c")) }}',
    'a:\n    - 1\n    - "2"\n    - \'x: y\'\n    - |-\n      a\n      b\n    - ""\n    - "~"\n    - \'#c\'\nb: "yes"\n',
  ],
  ['{{ mustToYaml (dict "a" nil) }}', "a: null\n"],

  // Sprig's, a few of those that stay as they are.
  ['{{ "x" | default "y" }} {{ "" | default "y" }}', "x y"],
  ['{{ toJson "a\\"b" }} {{ quote "a\\"b" }} {{ squote "a" }}', '"a\\"b" "a\\"b" \'a\''],
  ['{{ regexMatch "^[0-9]+$" "12" }} {{ regexReplaceAll "[^a-z]" "a1b2" "-" }}', "true a-b-"],
  ['{{ hasPrefix "a" "ab" }} {{ trimPrefix "a" "ab" }} {{ trim " a " }} {{ trunc 2 "abc" }}', "true b a ab"],
  ['{{ splitList "," "a,b" | join ";" }} {{ first (list 1 2) }} {{ has 2 (list 1 2) }}', "a;b 1 true"],
  ['{{ $d := dict }}{{ $_ := set $d "a" 1 }}{{ hasKey $d "a" }} {{ get $d "b" }}.', "true ."],
  ['{{ atoi "12" }} {{ int "x" }} {{ add 1 2 }} {{ ternary "a" "b" true }}', "12 0 3 a"],
  ['{{ printf "%q" "a\\nb" }} {{ len "äb" }} {{ not true }} {{ and 1 0 }} {{ or 0 2 }}', '"a\\nb" 3 false 0 2'],
];

describe("template functions", () => {
  it.each(table)("%s", async (template, expected) => {
    const lab = await Lab.open(containers);
    lab.write("folder/a", "text of a");
    lab.write("folder/b", "");
    const path = lab.write("rendered.tmpl", template);
    const run = await lab.run(["-keep-blank-lines", path]);
    expect({ exitCode: run.exitCode, output: run.output, log: run.exitCode === 0 ? "" : run.log }).toEqual({
      exitCode: 0,
      output: expected,
      log: "",
    });
  });

  it.each([
    ['{{ keys "text" }}', "cannot call keys on a non-map value: text"],
    ['{{ where "text" "a" "b" }}', "must pass an array or slice to 'where'; received text; kind string"],
    [
      '{{ groupByLabel (list 1) "a" }}',
      "must pass an array or slice of *RuntimeContainer to 'groupByLabel'; received 1",
    ],
    ['{{ whereLabelExists (where . "Name" "x") "a" }}', "wrong type for value; expected"],
    ['{{ whereLabelValueMatches . "a" "(" }}', "error parsing regexp"],
    ['{{ parseJson "{" }}', "unexpected end of JSON input"],
    ['{{ mustFromYaml "a: [" }}', "did not find expected node content"],
    ['{{ define "a" }}{{ end }}{{ eval "a" 1 2 }}', "too many arguments"],
    ['{{ eval "nothing" }}', 'no template "nothing"'],
  ])("%s is an error", async (template, message) => {
    const lab = await Lab.open(containers);
    const run = await lab.render(template);
    expect(run.exitCode).toBe(1);
    expect(run.log.at(-1)).toMatch(/^Template error: /);
    expect(run.log.at(-1)).toContain(message);
  });

  it("sort objects and keep the order of equals, in a list of any length", async () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ name: `c${index}`, group: String(index % 3) }));
    const lab = await Lab.open(many.map(({ name, group }) => containerFixture({ name, env: { GROUP: group } })));
    const run = await lab.render(namesOf('sortObjectsByKeysAsc . "Env.GROUP"'));
    const expected = ["0", "1", "2"].flatMap((wanted) => many.filter(({ group }) => group === wanted));
    expect(run.output.trim().split(" ")).toEqual(expected.map(({ name }) => name));
  });

  it("log what a path cannot follow, and go on", async () => {
    const lab = await Lab.open(containers);
    const run = await lab.render(namesOf('where . "Addresses.5.Port" "80"'));
    expect(run).toEqual({ exitCode: 0, log: containers.map(() => "index 5 out of bounds"), output: "" });
  });
});

describe("a template of several files", () => {
  it("executes the first, which can use the others by their names", async () => {
    const lab = await Lab.open();
    const main = lab.write("main.tmpl", '{{ template "part.tmpl" "x" }}{{ eval "own" }}');
    const part = lab.write("part.tmpl", '{{ define "own" }}own{{ end }}part {{ . }} ');
    const toml = `[[config]]\ntemplate = "${main};${part}"\ndest = "${lab.path("out")}"`;
    await lab.run(["-config", lab.write("docker-gen.cfg", toml)]);
    expect(lab.read("out")).toBe("part x own");
  });
});
