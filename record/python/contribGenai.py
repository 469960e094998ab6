"""opentelemetry-instrumentation-genai-openai and -anthropic; the argument names the client."""

import sys

from anthropic import Anthropic
from openai import OpenAI
from opentelemetry import trace
from opentelemetry.instrumentation.genai.anthropic import AnthropicInstrumentor
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
from spanExport import bill, start_export

start_export("contrib-genai")
OpenAIInstrumentor().instrument()
AnthropicInstrumentor().instrument()
ask = [{"role": "user", "content": "What is the weather in Bern?"}]


def ask_openai() -> None:
    client = OpenAI()
    client.chat.completions.create(
        model="gpt-5-mini", messages=ask, extra_headers=bill(uncached=100, cache_read=1024, output=80, reasoning=64)
    )
    for _ in client.chat.completions.create(
        model="gpt-4o-mini",
        messages=ask,
        stream=True,
        stream_options={"include_usage": True},
        extra_headers=bill(uncached=321, output=24),
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
        extra_headers=bill(uncached=22, cache_read=2048, cache_write_5m=256, output=32, reasoning=10),
    ):
        pass


with trace.get_tracer("app").start_as_current_span(
    "invoke_agent weather",
    attributes={
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "weather",
        "gen_ai.conversation.id": "conversation-1",
        "user.id": "ada",
    },
):
    ask_openai() if sys.argv[1] == "openai" else ask_anthropic()
