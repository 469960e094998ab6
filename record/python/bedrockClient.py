"""Amazon Bedrock's Converse and InvokeModel through boto3; the argument names the instrumentation."""

import json
import os
import sys

import boto3
from botocore.config import Config
from opentelemetry import trace
from spanExport import start_export

start_export("bedrock-python")
if sys.argv[1] == "openinference":
    from openinference.instrumentation.bedrock import BedrockInstrumentor as Instrumentor
elif sys.argv[1] == "traceloop":
    from opentelemetry.instrumentation.bedrock import BedrockInstrumentor as Instrumentor
else:
    from opentelemetry.instrumentation.botocore import BotocoreInstrumentor as Instrumentor
Instrumentor().instrument()
model = "anthropic.claude-sonnet-4-5-20250929-v1:0"
ask = [{"role": "user", "content": [{"text": "What is the weather in Bern?"}]}]


def client(bill: str):
    """boto3 signs its headers, so what to bill stands in the path."""
    endpoint = f"{os.environ['STAND_IN_URL']}/with/{bill}"
    return boto3.client("bedrock-runtime", endpoint_url=endpoint, config=Config(retries={"max_attempts": 1}))


with trace.get_tracer("app").start_as_current_span(
    "invoke_agent weather",
    attributes={
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "weather",
        "gen_ai.conversation.id": "conversation-1",
        "user.id": "ada",
    },
):
    client("uncached=20;cache_write_5m=2048;output=30").converse(modelId=model, messages=ask)
    client("uncached=21;cache_read=2048;cache_write_5m=512;output=31").converse(modelId=model, messages=ask)
    body = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 512,
        "messages": [{"role": "user", "content": "What is the weather in Bern?"}],
    }
    answer = client("uncached=22;cache_read=2048;cache_write_5m=256;output=32").invoke_model(
        modelId=model, body=json.dumps(body)
    )
    answer["body"].read()
