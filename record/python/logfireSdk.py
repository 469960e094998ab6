"""Logfire's OpenAI and Anthropic instrumentations below a span of its own."""

import logfire
from anthropic import Anthropic
from openai import OpenAI
from spanExport import bill

logfire.configure(send_to_logfire=False, console=False, service_name="logfire-python", metrics=False)
logfire.instrument_openai()
logfire.instrument_anthropic()
ask = [{"role": "user", "content": "What is the weather in Bern?"}]

with logfire.span("researcher", **{"user.id": "ada", "session.id": "session-1"}):
    openai = OpenAI()
    openai.chat.completions.create(
        model="gpt-5-mini", messages=ask, extra_headers=bill(uncached=100, cache_read=1024, output=80, reasoning=64)
    )
    for _ in openai.chat.completions.create(
        model="gpt-4o-mini",
        messages=ask,
        stream=True,
        stream_options={"include_usage": True},
        extra_headers=bill(uncached=321, output=24),
    ):
        pass
    openai.responses.create(
        model="gpt-5-mini",
        input="What is the weather in Bern?",
        extra_headers=bill(uncached=50, cache_read=1152, output=70, reasoning=32),
    )
    openai.embeddings.create(model="text-embedding-3-small", input=["one two three"])
    anthropic = Anthropic()
    anthropic.messages.create(
        model="claude-sonnet-4-5",
        max_tokens=512,
        messages=ask,
        extra_headers=bill(uncached=21, cache_read=2048, cache_write_1h=512, output=31),
    )
    for _ in anthropic.messages.create(
        model="claude-sonnet-4-5",
        max_tokens=512,
        messages=ask,
        stream=True,
        extra_headers=bill(uncached=22, cache_read=2048, cache_write_5m=256, output=32),
    ):
        pass
