"""Runs awscli's commands in one process, as a start of awscli takes a second. Reads a list of argument lists as JSON from
stdin, writes the list of {code, stdout, stderr} to stdout. `PLAIN=true` takes awscli's conveniences away that would hide what is on
the wire. Endpoint, region and keys are those of the environment."""

import contextlib
import io
import json
import os
import sys

import awscli.clidriver
import botocore.handlers


def driver():
    made = awscli.clidriver.create_clidriver()
    if os.environ.get("PLAIN"):
        session = made.session
        session.unregister("before-parameter-build.ec2.RunInstances", botocore.handlers.base64_encode_user_data)
        session.unregister("after-call.ec2.GetConsoleOutput", botocore.handlers.decode_console_output)
        session.unregister("after-call.iam", botocore.handlers.json_decode_policies)
    return made


def run(made, arguments):
    # No translation of line ends: what comes over the wire is to be seen as it is.
    out, err = io.StringIO(newline=""), io.StringIO(newline="")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = made.main(arguments)
    return {"code": code, "stdout": out.getvalue(), "stderr": err.getvalue()}


made = driver()
answers = [run(made, arguments) for arguments in json.load(sys.stdin)]
json.dump(answers, sys.stdout)
