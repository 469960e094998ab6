"""The Anthropic SDK's own tracing, which is on wherever a tracer provider is."""

from anthropic import Anthropic, APIStatusError
from opentelemetry import trace
from spanExport import bill, start_export

start_export("anthropic-python")
client = Anthropic(max_retries=1)
ask = [{"role": "user", "content": "What is the weather in Bern?"}]
model = {"model": "claude-sonnet-4-5", "max_tokens": 512, "messages": ask}

with trace.get_tracer("app").start_as_current_span(
    "invoke_agent weather",
    attributes={
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "weather",
        "gen_ai.conversation.id": "conversation-1",
        "user.id": "ada",
    },
):
    client.messages.create(**model, extra_headers=bill(uncached=20, cache_write_5m=2048, output=30))
    client.messages.create(**model, extra_headers=bill(uncached=21, cache_read=2048, cache_write_1h=512, output=31))
    headers = bill(uncached=22, cache_read=2048, cache_write_5m=256, output=32)
    for _ in client.messages.create(**model, stream=True, extra_headers=headers):
        pass
    headers = bill(uncached=23, cache_read=2304, output=60, reasoning=40)
    with client.messages.stream(**model, extra_headers=headers) as stream:
        stream.get_final_message()
    # Refused once, answered at the second attempt: one span, one bill.
    client.messages.create(**model, extra_headers=bill(status=529, times=1, uncached=24, output=33))
    try:
        client.messages.create(**model, extra_headers=bill(status=400))
    except APIStatusError:
        pass
