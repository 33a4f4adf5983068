"""Registers what is in deploy/aws with moto, by boto3, which checks each document against AWS's description of the API."""

import json
import os
import re
import sys

import boto3
from botocore.exceptions import ParamValidationError
from moto import mock_aws

FOLDER = sys.argv[1]
VALUES = {
    "AWS_ACCOUNT": "123456789012",
    "AWS_REGION": "eu-central-1",
    "ECS_CLUSTER": "shop",
    "REGISTRY": "registry.example",
    "TAG": "1.2.0",
    "EFS_ID": "fs-0123456789abcdef0",
    "EFS_ACCESS_POINT": "fsap-0123456789abcdef0",
    "MLFLOW_TRACKING_URI": "http://mlflow.internal:5000",
    "SUBNET": "subnet-0123456789abcdef0",
    "SECURITY_GROUP": "sg-0123456789abcdef0",
    "LOAD_BALANCER": "app/shelfcast/0123456789abcdef",
    "TARGET_GROUP": "targetgroup/shelfcast-api/0123456789abcdef",
}


def document(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return json.loads(re.sub(r"\$\{(\w+)\}", lambda found: VALUES[found[1]], file.read()))


@mock_aws
def main():
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    client = lambda service: boto3.client(service, region_name=VALUES["AWS_REGION"])
    found = {}
    ecs = client("ecs")
    for name in ("task-api.json", "task-train.json"):
        definition = ecs.register_task_definition(**document(name))["taskDefinition"]
        found[name] = "%s:%d" % (definition["family"], definition["revision"])
    try:
        ecs.register_task_definition(family="broken", containerDefinitions="none")
    except ParamValidationError as error:
        found["refused"] = str(error)
    found["schedule-retrain.json"] = client("scheduler").create_schedule(**document("schedule-retrain.json"))["ScheduleArn"]
    json.loads(document("schedule-retrain.json")["Target"]["Input"])
    cloudwatch = client("cloudwatch")
    cloudwatch.put_metric_alarm(**document("alarm-errors.json"))
    found["alarm-errors.json"] = cloudwatch.describe_alarms()["MetricAlarms"][0]["AlarmName"]
    s3 = client("s3")
    s3.create_bucket(Bucket="shop", CreateBucketConfiguration={"LocationConstraint": VALUES["AWS_REGION"]})
    s3.put_bucket_lifecycle_configuration(Bucket="shop", LifecycleConfiguration=document("bucket-lifecycle.json"))
    found["bucket-lifecycle.json"] = len(s3.get_bucket_lifecycle_configuration(Bucket="shop")["Rules"])
    print(json.dumps(found))


main()
