#!/usr/bin/env python3
"""compose.py SOURCES PROGRAM: holds packaging/docker/compose.yaml against the schema of the Compose specification
(compose-spec.json, Apache-2.0, of github.com/compose-spec/compose-go), and against what pages and program promise."""
import json, pathlib, re, subprocess, sys

try:
    import jsonschema, yaml
except ImportError as missing:
    print(f"skipped: {missing.name} of Python is not here (python3-jsonschema, python3-yaml)")
    sys.exit(77)

sources, program = pathlib.Path(sys.argv[1]), sys.argv[2]
docker = sources / "packaging/docker"
faults = []
compose = yaml.safe_load((docker / "compose.yaml").read_text())
schema = json.loads((sources / "tests/packaging/compose-spec.json").read_text())
for error in jsonschema.Draft7Validator(schema).iter_errors(compose):
    faults.append("/".join(map(str, error.absolute_path)) + ": " + error.message)

services = compose["services"]
help_text = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
variables = set(re.findall(r"\b[A-Z][A-Z_]+\b", help_text))
makes = (docker / "make-secrets").read_text()
for name, service in services.items():
    # What is to be repeated must not claim what there is one of.
    if name != "nginx" and ("ports" in service or "container_name" in service):
        faults.append(f"{name}: claims a port or a name of the machine, --scale can't work")
    for key in ("restart", "networks", "logging", "security_opt", "healthcheck"):
        # The image of the server has a health check of its own.
        if key not in service and not (key == "healthcheck" and service["image"] == "entvas-server"):
            faults.append(f"{name}: has no {key}")
    for key, value in service.get("environment", {}).items():
        if service["image"] == "entvas-server" and key not in variables:
            faults.append(f"{name}: the program does not know {key}")
        if re.search("KEY|TOKEN|PASSWORD|DATABASE_URL", key):
            secret = str(value).removeprefix("/run/secrets/")
            if not key.endswith("_FILE") or secret not in service.get("secrets", []):
                faults.append(f"{name}: {key} is no secret from a file")
    for secret in service.get("secrets", []):
        if secret not in compose["secrets"]:
            faults.append(f"{name}: unknown secret {secret}")
for secret, where in compose["secrets"].items():
    if where["file"] != f"./secrets/{secret}" or not re.search(rf"(make {secret}$|>{secret}$)", makes, re.M):
        faults.append(f"make-secrets does not make {where['file']}")

# The Dockerfile, by the rules that linters have for one.
stages = []
for line in re.sub(r"\\\n\s*", " ", (docker / "Dockerfile").read_text()).splitlines():
    word, _, rest = line.partition(" ")
    if word == "FROM":
        stages.append({"image": rest, "lines": []})
    elif stages and line and not line.startswith("#"):
        stages[-1]["lines"].append((word, rest))
last = dict(stages[-1]["lines"])
for stage in stages:
    if ":" not in stage["image"] or ":latest" in stage["image"]:
        faults.append(f"Dockerfile: {stage['image']} names no version")
    if stage["image"].split()[0] != stages[-1]["image"].split()[0]:
        faults.append("Dockerfile: the program is built on another system than it runs on")
    for word, rest in stage["lines"]:
        if word not in {"ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "RUN", "STOPSIGNAL",
                        "USER", "VOLUME", "WORKDIR"}:
            faults.append(f"Dockerfile: {word} is nothing to use here")
        if word == "WORKDIR" and not rest.startswith("/"):
            faults.append(f"Dockerfile: WORKDIR {rest} depends on where one is")
        if word in {"CMD", "ENTRYPOINT"} and not isinstance(json.loads(rest), list):
            faults.append(f"Dockerfile: {word} goes through a shell, which keeps signals to itself")
        if word in {"ENV", "ARG"} and re.search("KEY|TOKEN|PASSWORD|SECRET", rest):
            faults.append(f"Dockerfile: {word} {rest} would keep a secret in the image")
for word in ("USER", "HEALTHCHECK", "STOPSIGNAL", "EXPOSE", "VOLUME", "ENTRYPOINT"):
    if word not in last:
        faults.append(f"Dockerfile: the last stage says no {word}")
if not re.fullmatch(r"[1-9]\d+:[1-9]\d+", last.get("USER", "")):
    faults.append("Dockerfile: USER has to be numbers that are not 0")
if f"uid={last.get('USER', '').split(':')[0]} " not in (docker / "steps").read_text():
    faults.append("Dockerfile: USER is not whom packaging/docker/steps makes")
for needed in ("CMakeLists.txt", "CMakePresets.json", "app", "core", "packaging", "resources", "server"):
    if f"!{needed}\n" not in (docker / "Dockerfile.dockerignore").read_text():
        faults.append(f"Dockerfile.dockerignore: the build needs {needed}")

print("\n".join(faults))
sys.exit(1 if faults else 0)
