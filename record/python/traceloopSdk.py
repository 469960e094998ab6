"""traceloop-sdk (OpenLLMetry) with its OpenAI and Anthropic instrumentations; the argument names the client."""

import os
import sys

from anthropic import Anthropic
from openai import OpenAI
from spanExport import bill
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import agent, workflow

Traceloop.init(
    app_name="traceloop-python",
    api_endpoint=os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"],
    telemetry_enabled=False,
    resource_attributes={"deployment.environment.name": "test"},
)
Traceloop.set_association_properties({"user_id": "ada", "session_id": "session-1"})


@agent(name="researcher")
def ask_openai() -> None:
    client = OpenAI()
    ask = [{"role": "user", "content": "What is the weather in Bern?"}]
    client.chat.completions.create(
        model="gpt-4o-mini", messages=ask, extra_headers=bill(uncached=100, cache_read=1024, output=80)
    )
    client.chat.completions.create(
        model="gpt-5-mini", messages=ask, extra_headers=bill(uncached=30, output=90, reasoning=64)
    )
    for _ in client.chat.completions.create(
        model="gpt-4o-mini",
        messages=ask,
        stream=True,
        stream_options={"include_usage": True},
        extra_headers=bill(uncached=321, output=24),
    ):
        pass
    for _ in client.chat.completions.create(
        model="gpt-4o-mini", messages=ask, stream=True, extra_headers=bill(uncached=322, output=25)
    ):
        pass
    client.responses.create(
        model="gpt-5-mini",
        input="What is the weather in Bern?",
        extra_headers=bill(uncached=50, cache_read=1152, output=70, reasoning=32),
    )
    client.embeddings.create(model="text-embedding-3-small", input=["one two three"])


@agent(name="researcher")
def ask_anthropic() -> None:
    client = Anthropic()
    ask = [{"role": "user", "content": "What is the weather in Bern?"}]
    for buckets in (
        {"uncached": 20, "cache_write_5m": 2048, "output": 30},
        {"uncached": 21, "cache_read": 2048, "cache_write_1h": 512, "output": 31},
    ):
        client.messages.create(model="claude-sonnet-4-5", max_tokens=512, messages=ask, extra_headers=bill(**buckets))
    for _ in client.messages.create(
        model="claude-sonnet-4-5",
        max_tokens=512,
        messages=ask,
        stream=True,
        extra_headers=bill(uncached=22, cache_read=2048, cache_write_5m=256, output=32),
    ):
        pass
    with client.messages.stream(
        model="claude-sonnet-4-5",
        max_tokens=512,
        messages=ask,
        extra_headers=bill(uncached=23, cache_read=2304, output=60, reasoning=40),
    ) as stream:
        stream.get_final_message()


@workflow(name="answer")
def answer(client: str) -> None:
    ask_openai() if client == "openai" else ask_anthropic()


answer(sys.argv[1])
