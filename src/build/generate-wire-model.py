#!/usr/bin/env python3
"""Makes src/local-cloud/wire/model/ from AWS's service models as botocore packs them.

Keeps only the operations named in src/local-cloud/wire/operations.json, with what the codec needs of them: names on the
wire, required members, enums, ranges, patterns and errors. Constraints are kept on inputs only: AWS does not validate
what it answers. `shapes.ts` describes the form. After a change to operations.json:

    python3 src/build/generate-wire-model.py            # downloads the pinned wheel with pip
    python3 src/build/generate-wire-model.py --check    # exits 1 when the committed model is another one
    python3 src/build/generate-wire-model.py --wheel botocore-1.44.5-py3-none-any.whl
"""

import argparse
import gzip
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile

VERSION = "1.44.5"
SHA256 = "8f16a56d1dff125dd65322ae021efa7ba5195a6db5102b96862566055b748921"
WIRE = pathlib.Path(__file__).resolve().parents[1] / "local-cloud" / "wire"
API_VERSIONS = {
    "ec2": "2016-11-15",
    "elb": "2012-06-01",
    "elbv2": "2015-12-01",
    "iam": "2010-05-08",
    "sts": "2011-06-15",
    "ssm": "2014-11-06",
    "pricing": "2017-10-15",
    "servicequotas": "2019-06-24",
}
# Where botocore names a service otherwise than its signatures do.
FOLDERS = {"servicequotas": "service-quotas"}

PRIMITIVES = {"string", "integer", "long", "float", "double", "boolean", "timestamp", "blob"}
CONSTRAINTS = ("enum", "min", "max", "pattern", "sensitive")
# Words for people, and hints for clients; a server has no use for them.
IGNORED = {
    "documentation", "deprecated", "deprecatedMessage", "deprecatedSince", "box", "idempotencyToken", "exception",
    "retryable",
}
# A trait that is not listed here is one that the codec would get wrong, so it stops the generator.
SHAPE_TRAITS = IGNORED | {"type", "members", "required", "member", "key", "value", "error", "fault", "union", *CONSTRAINTS}
# JSON in the body of a JSON protocol is a string like any other; `jsonvalue` matters in headers only.
MEMBER_TRAITS = IGNORED | {"shape", "locationName", "queryName", "jsonvalue"}
# These traits of EC2's have no effect on the wire: botocore ignores a list's own locationName too.
HARMLESS = {("ec2", "RequestInstanceTypeList"): {"locationName"}, ("ec2", "InferenceDeviceInfoList"): {"locationName"}}
# New members appear each month, and EC2 refuses an unknown one in the operation's own words, so the service decides.
OPEN_ENUMS = {("ec2", "InstanceType")}
# IAM answers policies URI-encoded (RFC 3986); the service model says so only in its documentation.
URI_ENCODED = {("iam", "policyDocumentType")}


def read_wheel(path):
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        sys.exit(f"{path} is not botocore {VERSION} as pinned here (sha256)")
    return zipfile.ZipFile(path)


def download_wheel(directory):
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", directory, f"botocore=={VERSION}"]
    subprocess.run(pip, check=True)
    return read_wheel(pathlib.Path(directory) / f"botocore-{VERSION}-py3-none-any.whl")


def refuse_unknown_traits(where, traits, known):
    unknown = set(traits) - known
    if unknown:
        sys.exit(f"{where}: the codec knows nothing of {', '.join(sorted(unknown))}")


def references(shape):
    """The shapes that a shape names, whatever its type."""
    members = [*shape.get("members", {}).values(), *(shape[part] for part in ("member", "key", "value") if part in shape)]
    return [member["shape"] for member in members]


def reachable(shapes, roots):
    seen, todo = set(), list(roots)
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += references(shapes[name])
    return seen


class Trimmer:
    """Trims one service's model."""

    def __init__(self, service, model, wanted):
        self.service, self.shapes = service, model["shapes"]
        self.metadata = model["metadata"]
        missing = [name for name in wanted if name not in model["operations"]]
        if missing:
            sys.exit(f"{service} has no operation {', '.join(missing)}")
        self.operations = {name: model["operations"][name] for name in sorted(wanted)}
        self.inputs = reachable(self.shapes, self.named("input"))

    def named(self, part):
        return [operation[part]["shape"] for operation in self.operations.values() if part in operation]

    def errors(self):
        return [error["shape"] for operation in self.operations.values() for error in operation.get("errors", [])]

    def model(self):
        kept = reachable(self.shapes, [*self.named("input"), *self.named("output"), *self.errors()])
        trimmed = {name: self.shape(name) for name in sorted(kept)}
        shapes = {name: shape for name, shape in trimmed.items() if set(shape) != {"type"}}
        clash = PRIMITIVES & set(shapes)
        if clash:
            sys.exit(f"{self.service}: {clash} would hide a primitive type")
        operations = {name: self.operation(operation) for name, operation in self.operations.items()}
        return {**self.head(), "operations": operations, "shapes": shapes}

    def head(self):
        head = {"protocol": self.metadata["protocol"], "version": self.metadata["apiVersion"]}
        for ours, theirs in (("namespace", "xmlNamespace"), ("targetPrefix", "targetPrefix")):
            if theirs in self.metadata:
                head[ours] = self.metadata[theirs]
        return head

    def operation(self, operation):
        parts = {part: operation[part]["shape"] for part in ("input", "output") if part in operation}
        errors = [error["shape"] for error in operation.get("errors", [])]
        unsigned = {"unsigned": True} if operation.get("authtype") == "none" else {}
        return {**parts, **({"errors": errors} if errors else {}), **unsigned}

    def shape(self, name):
        shape = self.shapes[name]
        where = f"{self.service} {name}"
        refuse_unknown_traits(where, set(shape) - HARMLESS.get((self.service, name), set()), SHAPE_TRAITS)
        out = {"type": shape["type"], **self.constraints(name, shape)}
        if shape["type"] == "structure":
            out["members"] = {key: self.reference(where, member) for key, member in shape["members"].items()}
            out.update({"union": True} if shape.get("union") else {})
        for part in ("member", "key", "value"):
            if part in shape:
                out[part] = self.reference(where, shape[part])
        return {**out, **self.error(shape)}

    def constraints(self, name, shape):
        out = {"encoding": "uri"} if (self.service, name) in URI_ENCODED else {}
        if name not in self.inputs:
            return out
        for trait in ("required", *CONSTRAINTS):
            if trait in shape and not (trait == "enum" and (self.service, name) in OPEN_ENUMS):
                out[trait] = shape[trait]
        return out

    def error(self, shape):
        if not shape.get("exception"):
            return {}
        error = shape.get("error", {})
        status = error.get("httpStatusCode", 500 if shape.get("fault") else 400)
        return {"error": {"code": error["code"], "status": status} if "code" in error else {"status": status}}

    def reference(self, where, member):
        """A shape's name, or [name, name on the wire, EC2's name in queries]."""
        refuse_unknown_traits(where, member, MEMBER_TRAITS)
        shape = self.shapes[member["shape"]]
        plain = set(self.shape_cheap(member["shape"], shape)) == {"type"}
        name = shape["type"] if plain else member["shape"]
        wire = [member[trait] for trait in ("locationName", "queryName") if trait in member]
        return [name, *wire] if wire else name

    def shape_cheap(self, name, shape):
        """As shape(), without following its members: enough to tell whether it says more than its type."""
        if shape["type"] not in PRIMITIVES:
            return {"type": shape["type"], "more": True}
        return {"type": shape["type"], **self.constraints(name, shape)}


def lines(model):
    """JSON with a line for each operation and shape: small, and a change shows as one."""
    def table(entries):
        return ",\n".join(f"{json.dumps(name)}:{compact(entry)}" for name, entry in entries.items())

    head = "".join(f"{json.dumps(key)}:{compact(value)},\n" for key, value in model.items() if isinstance(value, str))
    return f'{{{head}"operations":{{\n{table(model["operations"])}\n}},"shapes":{{\n{table(model["shapes"])}\n}}}}\n'


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def generate(wheel):
    """File name → text of everything that belongs in the model's directory."""
    files = {}
    for service, wanted in json.loads((WIRE / "operations.json").read_text()).items():
        path = f"botocore/data/{FOLDERS.get(service, service)}/{API_VERSIONS[service]}/service-2.json.gz"
        model = json.loads(gzip.decompress(wheel.read(path)))
        files[f"{service}.json"] = lines(Trimmer(service, model, wanted).model())
    for name in ("LICENSE.txt", "NOTICE"):
        files[name] = wheel.read(f"botocore-{VERSION}.dist-info/{name}").decode()
    return files


def stale(files):
    directory = WIRE / "model"
    present = {path.name: path.read_text() for path in directory.iterdir()} if directory.exists() else {}
    return sorted(name for name in {*files, *present} if files.get(name) != present.get(name))


def write(files):
    directory = WIRE / "model"
    directory.mkdir(exist_ok=True)
    for path in directory.iterdir():
        path.unlink()
    for name, text in files.items():
        (directory / name).write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheel", type=pathlib.Path, help=f"botocore {VERSION}, already downloaded")
    parser.add_argument("--check", action="store_true", help="compare with the committed model and write nothing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        files = generate(read_wheel(options.wheel) if options.wheel else download_wheel(directory))
    if not options.check:
        return write(files)
    if stale(files):
        sys.exit(f"not what the generator makes: {', '.join(stale(files))}; run {sys.argv[0]}")


main()
