"""A Google ADK agent with a tool; the argument names the model: gemini, or openai through LiteLLM."""

import asyncio
import sys

from google.adk.agents import LlmAgent
from google.adk.models.google_llm import Gemini
from google.adk.models.lite_llm import LiteLlm
from google.adk.runners import InMemoryRunner
from google.genai import types
from spanExport import bill, start_export

start_export("adk-python")
headers = bill(tool="search", uncached=100, cache_read=1024, output=80, reasoning=64)


def search(query: str) -> str:
    """Searches the web."""
    return f"found {query}"


async def main() -> None:
    agent = LlmAgent(
        name="researcher",
        model=LiteLlm(model="openai/gpt-5-mini", extra_headers=headers)
        if sys.argv[1] == "openai"
        else Gemini(model="gemini-2.5-flash"),
        instruction="You answer in one word.",
        generate_content_config=types.GenerateContentConfig(http_options=types.HttpOptions(headers=headers)),
        tools=[search],
    )
    runner = InMemoryRunner(agent=agent, app_name="weather")
    session = await runner.session_service.create_session(app_name="weather", user_id="ada", session_id="session-1")
    message = types.Content(role="user", parts=[types.Part(text="What is the weather in Bern?")])
    async for _ in runner.run_async(user_id="ada", session_id=session.id, new_message=message):
        pass


asyncio.run(main())
