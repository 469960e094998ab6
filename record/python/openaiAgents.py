"""An OpenAI Agents run; the arguments name the instrumentation (openinference, genai, genaiWithOpenai) and the API."""

import sys

from agents import Agent, ModelSettings, OpenAIChatCompletionsModel, OpenAIResponsesModel, RunConfig, Runner
from agents import function_tool, set_trace_processors
from openai import AsyncOpenAI
from spanExport import bill, start_export

instrumentation, api = sys.argv[1:]
provider = start_export("openai-agents-python")
# The library's own exporter would send every trace to OpenAI.
set_trace_processors([])
if instrumentation == "openinference":
    from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor
else:
    from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
    from opentelemetry.instrumentation.genai.openai_agents import OpenAIAgentsInstrumentor

    if instrumentation == "genaiWithOpenai":
        OpenAIInstrumentor().instrument()
OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)


@function_tool
def search(query: str) -> str:
    """Searches the web."""
    return f"found {query}"


client = AsyncOpenAI()
headers = bill(tool="search", uncached=100, cache_read=1024, output=80, reasoning=64)
agent = Agent(
    name="researcher",
    instructions="You answer in one word.",
    model=OpenAIResponsesModel("gpt-5-mini", client)
    if api == "responses"
    else OpenAIChatCompletionsModel("gpt-5-mini", client),
    model_settings=ModelSettings(extra_headers=headers),
    tools=[search],
)
config = RunConfig(workflow_name="weather", group_id="session-1", trace_metadata={"user_id": "ada"})
Runner.run_sync(agent, "What is the weather in Bern?", run_config=config)
