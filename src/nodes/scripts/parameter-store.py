"""Reads or writes one parameter of Parameter Store with the instance's own role; only Python's standard library.

  parameter-store.py get NAME                  prints the value
  parameter-store.py put NAME [KEY=VALUE ...]    stores standard input as a SecureString, with these tags when it is new

curl could sign since 7.75, but before 7.86 (Ubuntu 22.04, RHEL 9) it leaves the session token unsigned.
"""
import datetime
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

METADATA = "http://169.254.169.254/latest/"
# Neither metadata nor AWS is reached through a proxy that the environment may name for downloads.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def http(url, method="GET", headers=None, body=None):
    request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    with OPENER.open(request, timeout=10) as response:
        return response.read().decode()


def metadata(token, path):
    return http(METADATA + path, headers={"X-aws-ec2-metadata-token": token})


def credentials():
    token = http(METADATA + "api/token", "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
    roles = "meta-data/iam/security-credentials/"
    role = metadata(token, roles).split()[0]
    region = os.environ.get("AWS_SSM_REGION_NAME") or metadata(token, "meta-data/placement/region")
    return region, json.loads(metadata(token, roles + role))


def endpoint(region):
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    named = os.environ.get("AWS_ENDPOINT_URL_SSM") or os.environ.get("AWS_ENDPOINT_URL")
    return (named or f"https://ssm.{region}.{suffix}").rstrip("/")


def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signed_headers(url, region, keys, target, body):
    """AWS Signature Version 4 of a POST to `/`."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "host": urllib.parse.urlsplit(url).netloc,
        "x-amz-date": now,
        "x-amz-security-token": keys["Token"],
        "x-amz-target": "AmazonSSM." + target,
    }
    names = ";".join(headers)
    canonical = "\n".join(
        ["POST", "/", "", *(f"{name}:{value}" for name, value in headers.items()), "", names]
        + [hashlib.sha256(body).hexdigest()]
    )
    scope = f"{now[:8]}/{region}/ssm/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + keys["SecretAccessKey"]).encode()
    for part in (now[:8], region, "ssm", "aws4_request"):
        key = sign(key, part)
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={keys['AccessKeyId']}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


def call(target, request):
    """Calls SSM; a new role may need some seconds until it is known everywhere, so refusals are tried again."""
    body = json.dumps(request).encode()
    for attempt in range(6):
        try:
            region, keys = credentials()
            url = endpoint(region)
            return json.loads(http(url + "/", "POST", signed_headers(url, region, keys, target, body), body) or "{}")
        except urllib.error.HTTPError as error:
            refusal = json.loads(error.read().decode() or "{}") if error.fp else {}
            kind = str(refusal.get("__type", error.code)).split("#")[-1]
            message = refusal.get("message") or refusal.get("Message") or ""
            final = kind in ("ParameterNotFound", "ParameterAlreadyExists", "ValidationException")
        except (urllib.error.URLError, OSError) as error:
            kind, message, final = type(error).__name__, str(error), False
        if final or attempt == 5:
            raise SystemExit(kind if final else f"{target} {request['Name']}: {kind} {message}")
        time.sleep(0.5 * 2**attempt)


def put(name, value, tags):
    # Above 4 KB a parameter must be of the advanced tier, which costs something.
    tier = "Advanced" if len(value.encode()) > 4096 else "Standard"
    request = {"Name": name, "Value": value, "Type": "SecureString", "Tier": tier}
    try:
        # Tags can be given only when the parameter is new.
        call("PutParameter", {**request, "Tags": tags})
    except SystemExit as refusal:
        if refusal.code != "ParameterAlreadyExists":
            raise
        call("PutParameter", {**request, "Overwrite": True})


def main(action, name, *pairs):
    if action == "get":
        sys.stdout.write(call("GetParameter", {"Name": name, "WithDecryption": True})["Parameter"]["Value"])
    else:
        tags = [dict(zip(("Key", "Value"), pair.split("=", 1))) for pair in pairs]
        put(name, sys.stdin.read(), tags)


main(*sys.argv[1:])
