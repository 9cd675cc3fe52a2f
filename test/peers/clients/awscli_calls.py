"""Runs awscli's commands in one process, as a start of awscli takes a second. Reads a list of argument lists as JSON from
stdin, writes the list of {code, stdout, stderr} to stdout. `PLAIN=true` takes awscli's conveniences away that would hide what is on
the wire, and gives it the models of boto3's botocore: its own copy is some months older. Endpoint, region and keys are those of the
environment."""

import contextlib
import importlib.metadata
import io
import json
import os
import sys

PLAIN = os.environ.get("PLAIN")
if PLAIN:
    os.environ["AWS_DATA_PATH"] = str(importlib.metadata.distribution("botocore").locate_file("botocore/data"))

import awscli.clidriver  # noqa: E402: what it reads of the environment is set above
import awscli.customizations.ec2.runinstances  # noqa: E402
import botocore.handlers  # noqa: E402

loader = awscli.clidriver.create_clidriver().session.get_component("data_loader")


def driver():
    """A new one for each command, as its customizations leave traces behind; the parsed models are kept."""
    made = awscli.clidriver.create_clidriver()
    session = made.session
    session.register_component("data_loader", loader)
    if PLAIN:
        session.unregister("before-parameter-build.ec2.RunInstances", botocore.handlers.base64_encode_user_data)
        # It would move what stands beside network interfaces into the first of them.
        session.unregister("before-parameter-build.ec2.RunInstances", awscli.customizations.ec2.runinstances._fix_args)
        session.unregister("after-call.ec2.GetConsoleOutput", botocore.handlers.decode_console_output)
        session.unregister("after-call.iam", botocore.handlers.json_decode_policies)
    return made


def run(arguments):
    # No translation of line ends: what comes over the wire is to be seen as it is.
    out, err = io.StringIO(newline=""), io.StringIO(newline="")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = driver().main(arguments)
    return {"code": code, "stdout": out.getvalue(), "stderr": err.getvalue()}


json.dump([run(arguments) for arguments in json.load(sys.stdin)], sys.stdout)
