#!/usr/bin/env python3
"""openapi.py SOURCES PROGRAM: holds docs/openapi.yaml against the schema of OpenAPI 3.1 (openapi-3.1.json, Apache-2.0, of
spec.openapis.org), and against a running server: routes in both directions, parameters, methods, and real answers against the
schemas. Exits with 77 where something is missing that it needs."""
import base64, http.client, http.server, json, os, pathlib, re, shutil, subprocess, sys, tempfile, threading, time

try:
    import jsonschema, yaml
except ImportError as missing:
    print(f"skipped: {missing.name} of Python is not here (python3-jsonschema, python3-yaml)")
    sys.exit(77)
if not hasattr(jsonschema, "Draft202012Validator") or not shutil.which("openssl"):
    print("skipped: needs python3-jsonschema from 4.0 on, and openssl")
    sys.exit(77)

sources, program = pathlib.Path(sys.argv[1]), sys.argv[2]
api = yaml.safe_load((sources / "docs/openapi.yaml").read_text())
faults = []
METHODS = ("get", "post", "put", "patch", "delete")
operations = {(method.upper(), path): operation for path, item in api["paths"].items()
              for method, operation in item.items() if method in METHODS}


def resolve(part):
    """What a $ref stands for."""
    while "$ref" in part:
        target = api
        for step in part["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        part = target
    return part


def validator(schema):
    return jsonschema.Draft202012Validator({**schema, "components": api["components"]})


# The document itself.
schema = json.loads((sources / "tests/docs/openapi-3.1.json").read_text())
for error in jsonschema.Draft202012Validator(schema).iter_errors(api):
    faults.append("openapi.yaml: " + "/".join(map(str, error.absolute_path)) + ": " + error.message[:300])
for name, one in api["components"]["schemas"].items():
    jsonschema.Draft202012Validator.check_schema(one)
text = json.dumps(api)
for reference in set(re.findall(r'"\$ref": "([^"]+)"', text)):
    resolve({"$ref": reference})
for kind in ("schemas", "parameters", "responses", "headers"):
    for name in api["components"][kind]:
        if f"#/components/{kind}/{name}" not in text:
            faults.append(f"openapi.yaml: components/{kind}/{name} is not used")


# An issuer whose tokens the server accepts: who administers all projects logs in.
def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


folder = tempfile.TemporaryDirectory()
home = pathlib.Path(folder.name)
run = lambda *words, **more: subprocess.run(words, check=True, capture_output=True, **more).stdout
run("openssl", "genrsa", "-out", home / "key.pem", "2048")
modulus = bytes.fromhex(run("openssl", "rsa", "-in", home / "key.pem", "-noout", "-modulus").decode().split("=")[1].strip())


class Issuer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        at = f"http://127.0.0.1:{self.server.server_port}"
        answer = {"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": b64(modulus), "e": "AQAB"}]}
        if self.path.endswith("openid-configuration"):
            answer = {"issuer": at + "/", "jwks_uri": at + "/keys", "authorization_endpoint": at + "/authorize",
                      "token_endpoint": at + "/token", "id_token_signing_alg_values_supported": ["RS256"],
                      "response_types_supported": ["code"], "subject_types_supported": ["public"]}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


issuer = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Issuer)
threading.Thread(target=issuer.serve_forever, daemon=True).start()
issuer_url = f"http://127.0.0.1:{issuer.server_port}/"


def token(role, projects):
    now = int(time.time())
    claims = {"iss": issuer_url, "aud": "entvas-test", "sub": "ann", "iat": now, "exp": now + 600, "role": role,
              "projects": projects}
    signed = b64(json.dumps({"alg": "RS256", "kid": "1", "typ": "JWT"}).encode()) + "." + b64(json.dumps(claims).encode())
    signature = run("openssl", "dgst", "-sha256", "-sign", home / "key.pem", input=signed.encode())
    return signed + "." + b64(signature)


settings = set(re.findall(r"`([A-Z_]+)`", (sources / "docs/settings.md").read_text()))
environment = {name: value for name, value in os.environ.items() if name not in settings}
environment |= {"HOME": folder.name, "DATABASE_URL": f"sqlite://{folder.name}/entvas.db", "WEBHOOK_API_KEY": "k" * 40,
                "VIEWER_TOKEN": "v" * 40, "JWT_ISSUER_DOMAIN": issuer_url, "JWT_AUDIENCE": "entvas-test",
                "OIDC_CLIENT_ID": "desktop", "JWT_ROLES_CLAIM": "role", "JWT_PROJECTS_CLAIM": "projects", "RATE_LIMIT": "50",
                "MAX_BODY_BYTES": "100000", "LOG_LEVEL": "error"}
server = subprocess.Popen([program, "--headless", "--port", "0"],
                          env=environment, stdout=subprocess.PIPE, text=True)
ready = server.stdout.readline()
port = int(re.search(r":(\d+) ", ready).group(1))

VIEWER = {"Authorization": "Bearer " + "v" * 40}
SENDER = {"X-API-Key": "k" * 40}
ADMIN = {"Authorization": "Bearer " + token("admin", ["*"])}
seen = set()  # (method, path, status)


def call(method, path, query="", body=None, headers=None, want=None):
    """Sends a request, checks the answer against the document, and gives back what it says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    sent = body if body is None or isinstance(body, (bytes, str)) else json.dumps(body)
    connection.request(method, path + query, sent, headers or {})
    answer = connection.getresponse()
    raw = answer.read() if answer.status != 101 else b""
    connection.close()
    where = f"{method} {path}{query} -> {answer.status}"
    if want is not None and answer.status != want:
        faults.append(f"{where}, not {want}: {raw[:200]!r}")
    response = operations[method, path]["responses"].get(str(answer.status))
    if response is None:
        faults.append(f"{where}: this status is not in the document: {raw[:200]!r}")
        return None
    seen.add((method, path, answer.status))
    response = resolve(response)
    for name, header in response.get("headers", {}).items():
        header = resolve(header)
        value = answer.getheader(name)
        if value is None:
            if header.get("required"):
                faults.append(f"{where}: no header {name}")
        elif not validator(header["schema"]).is_valid(value):
            faults.append(f"{where}: header {name}: {value}")
    content = response.get("content")
    if not content:
        return None
    kind = (answer.getheader("Content-Type") or "").split(";")[0]
    if kind not in content:
        faults.append(f"{where}: Content-Type {kind} is not in the document")
        return None
    if kind == "application/json":
        value = json.loads(raw)
        for error in validator(content[kind]["schema"]).iter_errors(value):
            faults.append(f"{where}: " + "/".join(map(str, error.absolute_path)) + ": " + error.message[:300])
        return value
    return raw.decode()


def good(method, path, body):
    """A body that the document allows, and the server is to accept."""
    document = resolve(operations[method, path]["requestBody"])["content"]["application/json"]["schema"]
    for error in validator(document).iter_errors(body):
        faults.append(f"{method} {path}: the document does not allow {body}: {error.message[:200]}")
    return body


def bad(method, path, body):
    document = resolve(operations[method, path]["requestBody"])["content"]["application/json"]["schema"]
    if validator(document).is_valid(body):
        faults.append(f"{method} {path}: the document allows {body}")
    return body


# Routes in both directions.
about = call("GET", "/", want=200)
listed = {tuple(route.split(" ", 1)) for route in about["endpoints"]}
for route in sorted(listed - operations.keys()):
    faults.append("the server has a route that the document lacks: " + " ".join(route))
for route in sorted(operations.keys() - listed):
    faults.append("GET / does not list the route " + " ".join(route))

# Methods: what Allow says is what the document has.
for path, item in api["paths"].items():
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("OPTIONS", path)
    answer = connection.getresponse()
    answer.read()
    allowed = set((answer.getheader("Allow") or "").split(", ")) - {"OPTIONS", "HEAD"}
    documented = {method.upper() for method in item if method in METHODS}
    if allowed != documented:
        faults.append(f"{path}: the server allows {sorted(allowed)}, the document {sorted(documented)}")
    connection.close()

# Parameters: the server names all that it takes when it gets one that it does not take.
for (method, path), operation in operations.items():
    answer = call(method, path, "?nonsense=1", headers=ADMIN, want=400) or {}
    takes = re.search(r"It takes: (.*)$", answer.get("message", ""))
    server_takes = set(takes.group(1).split(", ")) if takes else set()
    documented = {resolve(one)["name"] for one in operation.get("parameters", []) if resolve(one)["in"] == "query"}
    if not takes and "takes none" not in answer.get("message", "") or server_takes != documented:
        faults.append(f"{method} {path}: the server takes {sorted(server_takes)}, the document {sorted(documented)}")

# Who may.
for (method, path), operation in operations.items():
    is_open = operation.get("security") == [{}]
    if method == "GET" and not is_open and path != "/ws":
        call(method, path, want=401)
    elif method == "POST":
        call(method, path, body={}, want=401)
    if path.startswith("/admin/"):
        call(method, path, body={} if method == "POST" else None, headers=VIEWER, want=403)

# Sending.
event = {"eventType": "page_view", "userId": "7", "timestamp": "2025-01-01T12:00:00.123Z", "id": "1",
         "metadata": {"page": "home", "amount": 1.5}}
for path in ("/webhook", "/events"):
    call("POST", path, body=good("POST", path, event), headers=SENDER, want=200)
    call("POST", path, body=good("POST", path, event), headers=SENDER, want=200)  # a duplicate
    call("POST", path, body=[event, {"eventType": "x"}, {"eventType": "y", "userId": "8"}], headers=SENDER, want=200)
    call("POST", path, body='{"eventType":"line","userId":"9"}\n{"eventType":"line"}\n',
         headers={**SENDER, "Content-Type": "application/x-ndjson"}, want=200)
    call("POST", path, body=bad("POST", path, {"eventType": "x", "userId": 7, "more": 1}), headers=SENDER, want=400)
    call("POST", path, body=bad("POST", path, [{"eventType": "x"}]), headers=SENDER, want=400)
    call("POST", path, body=bad("POST", path, []), headers=SENDER, want=400)
    call("POST", path, body='{"eventType":', headers=SENDER, want=400)
    call("POST", path, body="", headers=SENDER, want=400)
    call("POST", path, body=event, headers={**SENDER, "Content-Encoding": "br"}, want=415)
    call("POST", path, body="x" * 100_001, headers=SENDER, want=413)

# Reading.
for path in ("/events", "/export/csv", "/export/json", "/export/ndjson"):
    for query in ("", "?filter=week&type=page_view&user=7&limit=1", "?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z"):
        call("GET", path, query, headers=VIEWER, want=200)
    call("GET", path, "?from=yesterday", headers=VIEWER, want=400)
    call("GET", path, "?project=nowhere", headers=VIEWER, want=404)
page = call("GET", "/events", "?limit=1", headers=VIEWER, want=200)
call("GET", "/events", "?limit=1&cursor=" + page["data"]["nextCursor"], headers=VIEWER, want=200)
rows = call("GET", "/export/ndjson", "?filter=day", headers=VIEWER, want=200).splitlines()
for row in rows:
    for error in validator(api["components"]["schemas"]["StoredEvent"]).iter_errors(json.loads(row)):
        faults.append("GET /export/ndjson: " + error.message[:200])
if len(rows) < 3:
    faults.append(f"GET /export/ndjson has {len(rows)} rows")
call("GET", "/events/stats", "?filter=day", headers=VIEWER, want=200)
call("GET", "/events/stats", "?type=page_view", headers=VIEWER, want=200)
call("GET", "/events/stats", "?project=nowhere", headers=VIEWER, want=404)
rejected = call("GET", "/rejections", headers=VIEWER, want=200)
if len(rejected["data"]["rejections"]) < 4:
    faults.append("GET /rejections shows too few")
call("GET", "/rejections", "?limit=1&after=1", headers=VIEWER, want=200)
call("GET", "/rejections", "?limit=201", headers=VIEWER, want=400)
call("GET", "/rejections", "?project=nowhere", headers=VIEWER, want=404)
call("GET", "/ws", headers=VIEWER, want=426)
handshake = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
             "Sec-WebSocket-Key": base64.b64encode(b"0123456789abcdef").decode()}
call("GET", "/ws", headers={**handshake, **VIEWER}, want=101)
call("GET", "/ws", "?format=cbor&pack=gzip", headers={**handshake, **VIEWER}, want=101)
call("GET", "/ws", "?format=xml", headers={**handshake, **VIEWER}, want=400)
call("GET", "/ws", headers={**handshake, "Authorization": "Bearer " + "w" * 40}, want=401)
call("GET", "/ws", headers={**handshake, **VIEWER, "Origin": "https://elsewhere.example"}, want=403)
for path in ("/health", "/ready", "/auth/config"):
    call("GET", path, want=200)
for headers in (VIEWER, ADMIN):
    call("GET", "/metrics", headers=headers, want=200)
    call("GET", "/me", headers=headers, want=200)
call("GET", "/metrics", headers={"Authorization": "Bearer " + token("viewer", ["default"])}, want=403)

# Administration.
def admin(path, body, want=200):
    return call("POST", path, body=good("POST", path, body), headers=ADMIN, want=want)

admin("/admin/projects", {"id": "shop", "name": "The shop"})
admin("/admin/projects/rename", {"id": "shop", "name": "Shops"})
keys = [admin("/admin/keys", {"project": "shop", "role": role, "name": "till", "expiresInDays": 90})["data"]
        for role in ("sender", "viewer", "admin")]
call("POST", "/webhook", body=event, headers={"X-API-Key": keys[0]["key"]}, want=200)
call("POST", "/webhook", body=event, headers={"X-API-Key": keys[1]["key"]}, want=403)
call("POST", "/events", body=event, headers={"X-API-Key": keys[1]["key"]}, want=403)
call("GET", "/me", headers={"Authorization": "Bearer " + keys[2]["key"]}, want=200)
for method, path in operations:
    if method == "GET" and operations[method, path].get("security") != [{}] and path not in ("/ws", "/metrics"):
        call(method, path, headers={"Authorization": "Bearer " + keys[0]["key"]}, want=403)
admin("/admin/keys/rotate", {"id": keys[0]["id"], "overlapHours": 1})
admin("/admin/keys/expire", {"id": keys[1]["id"], "inHours": 1})
admin("/admin/keys/revoke", {"id": keys[2]["id"]})
admin("/admin/members", {"project": "shop", "subject": "bob", "role": "viewer"})
for path in ("/admin/keys", "/admin/members", "/admin/audit"):
    for query in ("", "?project=shop"):
        call("GET", path, query, headers=ADMIN, want=200)
    call("GET", path, "?project=nowhere", headers=ADMIN, want=404)
call("GET", "/admin/projects", headers=ADMIN, want=200)
audit = call("GET", "/admin/audit", "?limit=2", headers=ADMIN, want=200)
call("GET", "/admin/audit", "?limit=2&before=" + audit["data"]["nextBefore"], headers=ADMIN, want=200)
call("GET", "/admin/retention", "?project=shop&before=2020-01-01T00:00:00Z", headers=ADMIN, want=200)
call("GET", "/admin/retention", "?project=shop&before=yesterday", headers=ADMIN, want=400)
call("GET", "/admin/retention", "?project=nowhere&before=2020-01-01T00:00:00Z", headers=ADMIN, want=404)
admin("/admin/retention", {"project": "shop", "before": "2020-01-01T00:00:00Z"})
admin("/admin/retention", {"project": "nowhere", "before": "2020-01-01T00:00:00Z"}, 404)
admin("/admin/members/remove", {"project": "shop", "subject": "bob"})
for path, body in (("/admin/keys", {"project": "nowhere", "role": "viewer"}), ("/admin/keys/rotate", {"id": "0" * 16}),
                   ("/admin/keys/revoke", {"id": "0" * 16}), ("/admin/keys/expire", {"id": "0" * 16, "inHours": 1}),
                   ("/admin/members", {"project": "nowhere", "subject": "bob", "role": "viewer"}),
                   ("/admin/members/remove", {"project": "shop", "subject": "nobody"}),
                   ("/admin/projects/rename", {"id": "nowhere", "name": "x"})):
    admin(path, body, 404)
for method, path in operations:
    if method == "POST" and path.startswith("/admin/"):
        call(method, path, body=bad(method, path, {"nonsense": 1}), headers=ADMIN, want=400)
    if path.startswith("/admin/"):
        call(method, path, body="x" * 70_000, headers=ADMIN, want=413)

# Too many events, with a key that nothing else is sent with.
for path in ("/webhook", "/events"):
    for _ in range(2):
        call("POST", path, body=[{"eventType": "x", "userId": "1"}] * 500, headers={"X-API-Key": keys[0]["key"]})
    if ("POST", path, 429) not in seen:
        faults.append(f"POST {path}: no limit on the rate")

# Too many wrong tokens, last: nothing weak passes from this address after it.
for _ in range(25):
    call("GET", "/me", headers={"Authorization": "Bearer wrong"})
for method, path in operations:
    wrong = {"Authorization": "Bearer wrong"}
    if operations[method, path].get("security") != [{}]:
        call(method, path, body={} if method == "POST" else None, headers=wrong if path != "/ws" else {**handshake, **wrong},
             want=429)

server.terminate()
if server.wait(15) != 0:
    faults.append(f"the server ended with {server.returncode}")
issuer.shutdown()

for method, path in operations:
    if not any((method, path, status) in seen for status in (101, 200)):
        faults.append(f"{method} {path}: no success was seen")
unseen = [f"{method} {path} {status}" for (method, path), operation in operations.items()
          for status in operation["responses"] if (method, path, int(status)) not in seen]
print(f"{len(seen)} kinds of answers of {len(operations)} operations were held against the document; not seen: "
      + ", ".join(unseen))
print("\n".join(faults))
sys.exit(1 if faults else 0)
