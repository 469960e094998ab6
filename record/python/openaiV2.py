"""opentelemetry-instrumentation-openai-v2 below an agent span of the application's own."""

from openai import OpenAI
from opentelemetry import trace
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
from spanExport import bill, start_export

start_export("contrib-openai-v2")
OpenAIInstrumentor().instrument()
client = OpenAI()
ask = [{"role": "user", "content": "What is the weather in Bern?"}]

with trace.get_tracer("app").start_as_current_span(
    "invoke_agent weather",
    attributes={
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "weather",
        "gen_ai.conversation.id": "conversation-1",
        "user.id": "ada",
    },
):
    client.chat.completions.create(model="gpt-4o-mini", messages=ask)
    client.chat.completions.create(
        model="gpt-5-mini", messages=ask, extra_headers=bill(uncached=100, cache_read=1024, output=80, reasoning=64)
    )
    with_usage = client.chat.completions.create(
        model="gpt-4o-mini", messages=ask, stream=True, stream_options={"include_usage": True}
    )
    for _ in with_usage:
        pass
    for _ in client.chat.completions.create(model="gpt-4o-mini", messages=ask, stream=True):
        pass
    client.embeddings.create(model="text-embedding-3-small", input=["one two three"])
    client.responses.create(model="gpt-4o-mini", input="What is the weather in Bern?")
