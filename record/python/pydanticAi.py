"""A pydantic-ai agent with a tool: two requests a run; the arguments name the provider and whose names a total has."""

import sys

from pydantic_ai import Agent, ModelSettings
from pydantic_ai.models.anthropic import AnthropicModel, AnthropicModelSettings
from pydantic_ai.models.instrumented import InstrumentationSettings
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from spanExport import LONG_CONTEXT, bill, start_export

start_export("pydantic-ai-python")
Agent.instrument_all(
    InstrumentationSettings(include_content=False, use_aggregated_usage_attribute_names="usageOnRun" not in sys.argv)
)
models = {
    "openai": lambda: OpenAIChatModel("gpt-5-mini"),
    "openaiResponses": lambda: OpenAIResponsesModel("gpt-5-mini"),
    "anthropic": lambda: AnthropicModel("claude-sonnet-4-5"),
}
settings = (
    # The stand-in provider caches by the marks that this setting puts on the instructions.
    AnthropicModelSettings(anthropic_cache_instructions="5m", max_tokens=512, extra_headers=bill(tool="search"))
    if sys.argv[1] == "anthropic"
    else ModelSettings(extra_headers=bill(tool="search", uncached=100, cache_read=1024, output=80, reasoning=64))
)
agent = Agent(models[sys.argv[1]](), name="researcher", instructions=LONG_CONTEXT, model_settings=settings)


@agent.tool_plain
def search(query: str) -> str:
    return f"found {query}"


result = agent.run_sync("What is the weather in Bern?")
agent.run_sync("And tomorrow?", message_history=result.all_messages())
