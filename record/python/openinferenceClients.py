"""OpenInference's OpenAI and Anthropic instrumentations below one of its AGENT spans; the argument names the client."""

import sys

from anthropic import Anthropic
from openai import OpenAI
from openinference.instrumentation import TracerProvider, using_attributes
from openinference.instrumentation.anthropic import AnthropicInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from spanExport import bill

provider = TracerProvider(resource=Resource.create({"service.name": "openinference-python"}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
OpenAIInstrumentor().instrument()
AnthropicInstrumentor().instrument()
ask = [{"role": "user", "content": "What is the weather in Bern?"}]


def ask_openai() -> None:
    client = OpenAI()
    client.chat.completions.create(
        model="gpt-4o-mini", messages=ask, extra_headers=bill(uncached=100, cache_read=1024, output=80)
    )
    for _ in client.chat.completions.create(
        model="gpt-5-mini",
        messages=ask,
        stream=True,
        stream_options={"include_usage": True},
        extra_headers=bill(uncached=321, output=40, reasoning=24),
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
    with client.messages.stream(
        model="claude-sonnet-4-5",
        max_tokens=512,
        messages=ask,
        extra_headers=bill(uncached=23, cache_read=2304, output=60, reasoning=40),
    ) as stream:
        stream.get_final_message()


tracer = provider.get_tracer("app")
with (
    using_attributes(session_id="session-1", user_id="ada", metadata={"team": "search"}, tags=["beta"]),
    tracer.start_as_current_span("researcher", openinference_span_kind="agent") as span,
):
    span.set_attribute("agent.name", "researcher")
    ask_openai() if sys.argv[1] == "openai" else ask_anthropic()
