"""A Strands agent with a tool; the argument names the model provider."""

import os
import sys

os.environ["OTEL_SERVICE_NAME"] = "strands-python"

from strands import Agent, tool  # noqa: E402
from strands.models.anthropic import AnthropicModel  # noqa: E402
from strands.models.openai import OpenAIModel  # noqa: E402
from strands.telemetry import StrandsTelemetry  # noqa: E402
from spanExport import bill  # noqa: E402

StrandsTelemetry().setup_otlp_exporter()


@tool
def search(query: str) -> str:
    """Searches the web.

    Args:
        query: What to look for.
    """
    return f"found {query}"


def model(provider: str):
    if provider == "openai":
        headers = bill(tool="search", uncached=100, cache_read=1024, output=80, reasoning=64)
        return OpenAIModel(client_args={"default_headers": headers}, model_id="gpt-5-mini")
    headers = bill(tool="search", uncached=20, cache_read=2048, cache_write_5m=256, output=30)
    return AnthropicModel(client_args={"default_headers": headers}, model_id="claude-sonnet-4-5", max_tokens=512)


agent = Agent(
    model=model(sys.argv[1]),
    tools=[search],
    name="researcher",
    callback_handler=None,
    trace_attributes={"session.id": "session-1", "user.id": "ada"},
)
agent("What is the weather in Bern?")
