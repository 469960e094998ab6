"""The LiteLLM SDK with its OpenTelemetry callback."""

import os
import time

import litellm
from spanExport import bill

os.environ["OTEL_EXPORTER"] = "otlp_http"
os.environ["OTEL_ENDPOINT"] = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces"
os.environ["OTEL_SERVICE_NAME"] = "litellm-python"
litellm.callbacks = ["otel"]
ask = [{"role": "user", "content": "What is the weather in Bern?"}]


def who() -> dict:
    """New for each call: LiteLLM keeps its state in the metadata and reports calls that share one only once."""
    return {"user": "ada", "metadata": {"session_id": "session-1", "tags": ["beta"]}}


headers = bill(uncached=100, cache_read=1024, output=80, reasoning=64)
litellm.completion(model="openai/gpt-5-mini", messages=ask, extra_headers=headers, **who())
for buckets in (
    {"uncached": 20, "cache_write_5m": 2048, "output": 30},
    {"uncached": 21, "cache_read": 2048, "cache_write_1h": 512, "output": 31},
):
    litellm.completion(
        model="anthropic/claude-sonnet-4-5", max_tokens=512, messages=ask, extra_headers=bill(**buckets), **who()
    )
headers = bill(uncached=321, output=24)
for _ in litellm.completion(model="openai/gpt-4o-mini", messages=ask, stream=True, extra_headers=headers, **who()):
    pass
headers = bill(uncached=322, output=25)
options = {"include_usage": True}
for _ in litellm.completion(
    model="openai/gpt-4o-mini", messages=ask, stream=True, stream_options=options, extra_headers=headers, **who()
):
    pass
litellm.embedding(model="openai/text-embedding-3-small", input=["one two three"], user="ada")
# The callback runs on threads of its own, which an exit does not wait for.
time.sleep(3)
