"""A Microsoft Agent Framework agent with a tool; the argument names the chat client."""

import asyncio
import sys

from agent_framework import Agent, tool
from agent_framework.anthropic import AnthropicClient
from agent_framework.observability import enable_instrumentation
from agent_framework.openai import OpenAIChatClient, OpenAIChatCompletionClient
from anthropic import AsyncAnthropic
from openai import AsyncOpenAI
from spanExport import bill, start_export

start_export("agent-framework-python")
enable_instrumentation()


@tool(approval_mode="never_require")
def search(query: str) -> str:
    """Searches the web."""
    return f"found {query}"


def client(name: str):
    if name == "anthropic":
        headers = bill(tool="search", uncached=20, cache_read=2048, cache_write_5m=256, output=30)
        return AnthropicClient(model="claude-sonnet-4-5", anthropic_client=AsyncAnthropic(default_headers=headers))
    headers = bill(tool="search", uncached=100, cache_read=1024, output=80, reasoning=64)
    kind = OpenAIChatClient if name == "openaiResponses" else OpenAIChatCompletionClient
    return kind(model="gpt-5-mini", async_client=AsyncOpenAI(default_headers=headers))


async def main() -> None:
    agent = Agent(client(sys.argv[1]), "You answer in one word.", name="researcher", tools=[search])
    session = agent.create_session()
    await agent.run("What is the weather in Bern?", session=session)


asyncio.run(main())
