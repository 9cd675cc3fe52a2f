"""Calls operations through boto3. Reads a list of {service, operation, input} as JSON from stdin, writes the list of
{output} or {error, message} to stdout. Dates and blobs are {"$date": ISO 8601} and {"$blob": base64} in both. Endpoint, region
and keys are those of the environment."""

import base64
import datetime
import json
import sys
import urllib.parse

import boto3
import botocore.config
import botocore.exceptions
import botocore.handlers

config = botocore.config.Config(retries={"total_max_attempts": 1}, parameter_validation=False)
session = boto3.session.Session()


def client_of(service):
    client = session.client(service, config=config)
    # boto3's own conveniences, which would hide what is on the wire.
    events = client.meta.events
    events.unregister("before-parameter-build.ec2.RunInstances", botocore.handlers.base64_encode_user_data)
    events.unregister("after-call.ec2.GetConsoleOutput", botocore.handlers.decode_console_output)
    events.unregister("after-call.iam", botocore.handlers.json_decode_policies)
    return client


def from_json(value):
    if "$date" in value:
        return datetime.datetime.fromisoformat(value["$date"].replace("Z", "+00:00"))
    return base64.b64decode(value["$blob"]) if "$blob" in value else value


def to_json(value):
    if isinstance(value, datetime.datetime):
        utc = value.astimezone(datetime.timezone.utc)
        return {"$date": utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{round(utc.microsecond / 1000):03d}Z"}
    return {"$blob": base64.b64encode(value).decode()}


def decode_policies(value):
    if isinstance(value, str) and value.startswith("%7B"):
        return urllib.parse.unquote(value)
    if isinstance(value, dict):
        return {key: decode_policies(inner) for key, inner in value.items()}
    return [decode_policies(inner) for inner in value] if isinstance(value, list) else value


def answer(client, operation, request):
    method = next(name for name, api in client.meta.method_to_api_mapping.items() if api == operation)
    try:
        output = getattr(client, method)(**request)
    except botocore.exceptions.ClientError as error:
        return {"error": type(error).__name__, **error.response["Error"]}
    output.pop("ResponseMetadata")
    return {"output": decode_policies(output)}


calls = json.load(sys.stdin, object_hook=from_json)
clients = {service: client_of(service) for service in {call["service"] for call in calls}}
answers = [answer(clients[call["service"]], call["operation"], call["input"]) for call in calls]
json.dump(answers, sys.stdout, default=to_json)
