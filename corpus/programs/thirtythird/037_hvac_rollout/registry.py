import io
import json
import logging

import boto3
import torch

log = logging.getLogger(__name__)


class ModelRegistry:
    """models/<name>/<version>/weights.pt and models/<name>/production.json in a bucket."""

    def __init__(self, bucket, name, endpoint_url=None):
        self.s3 = boto3.client("s3", endpoint_url=endpoint_url)
        self.bucket = bucket
        self.prefix = f"models/{name}"

    def production(self):
        obj = self.s3.get_object(Bucket=self.bucket, Key=f"{self.prefix}/production.json")
        return json.load(obj["Body"])["version"]

    def fetch(self, version):
        buf = io.BytesIO()
        self.s3.download_fileobj(self.bucket, f"{self.prefix}/{version}/weights.pt", buf)
        buf.seek(0)
        log.info("fetched %s/%s", self.prefix, version)
        return torch.load(buf, map_location="cpu")


class EventQueue:
    def __init__(self, url, region):
        self.sqs = boto3.client("sqs", region_name=region)
        self.url = url

    def __iter__(self):
        while True:
            resp = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=20)
            for msg in resp.get("Messages", []):
                yield json.loads(msg["Body"])
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=msg["ReceiptHandle"])

    def reply(self, url, body):
        self.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))
