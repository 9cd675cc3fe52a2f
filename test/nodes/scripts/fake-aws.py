"""IMDSv2 and Parameter Store on one port, for one test: writes each SSM request to requests.jsonl in its directory."""
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

directory, refusals = sys.argv[1], sys.argv[2:]
CREDENTIALS = {"AccessKeyId": "ASIATEST", "SecretAccessKey": "secret/key", "Token": "session=="}
METADATA = {
    "/latest/meta-data/iam/security-credentials/": "node-role",
    "/latest/meta-data/iam/security-credentials/node-role": json.dumps(CREDENTIALS),
}


class Handler(BaseHTTPRequestHandler):
    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self):
        self.answer(200, "imds-token")

    def do_GET(self):
        known = self.headers.get("X-aws-ec2-metadata-token") == "imds-token"
        self.answer(200 if known else 401, METADATA.get(self.path, "") if known else "")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        with open(f"{directory}/requests.jsonl", "a") as file:
            file.write(json.dumps({"headers": {k.lower(): v for k, v in self.headers.items()}, "body": body}) + "\n")
        if refusals:
            return self.answer(400, json.dumps({"__type": refusals.pop(0), "message": "no"}))
        self.answer(200, json.dumps({"Parameter": {"Value": "the-secret"}}))

    def log_message(self, *_):
        pass


HTTPServer(("0.0.0.0", 80), Handler).serve_forever()
