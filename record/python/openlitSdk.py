"""OpenLIT's OpenAI and Anthropic instrumentations; the argument names the client."""

import os
import sys

import openlit
from anthropic import Anthropic
from openai import OpenAI
from spanExport import bill

openlit.init(
    application_name="openlit-python",
    environment="test",
    otlp_endpoint=os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"],
    disable_metrics=True,
)
ask = [{"role": "user", "content": "What is the weather in Bern?"}]


def ask_openai() -> None:
    client = OpenAI()
    client.chat.completions.create(
        model="gpt-5-mini",
        messages=ask,
        user="ada",
        extra_headers=bill(uncached=100, cache_read=1024, output=80, reasoning=64),
    )
    for options in ({"stream_options": {"include_usage": True}}, {}):
        for _ in client.chat.completions.create(
            model="gpt-4o-mini", messages=ask, stream=True, extra_headers=bill(uncached=321, output=24), **options
        ):
            pass
    client.responses.create(
        model="gpt-5-mini",
        input="What is the weather in Bern?",
        extra_headers=bill(uncached=50, cache_read=1152, output=70, reasoning=32),
    )
    client.embeddings.create(model="text-embedding-3-small", input=["one two three"])


def ask_anthropic() -> None:
    client = Anthropic()
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


with openlit.start_trace(name="researcher"):
    ask_openai() if sys.argv[1] == "openai" else ask_anthropic()
