"""A Semantic Kernel chat completion agent with a function."""

import asyncio
import os

os.environ["SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS"] = "true"

from openai import AsyncOpenAI  # noqa: E402
from semantic_kernel.agents import ChatCompletionAgent  # noqa: E402
from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion  # noqa: E402
from semantic_kernel.functions import kernel_function  # noqa: E402
from spanExport import bill, start_export  # noqa: E402

start_export("semantic-kernel-python")


class Search:
    @kernel_function(name="search", description="Searches the web.")
    def search(self, query: str) -> str:
        return f"found {query}"


async def main() -> None:
    headers = bill(tool="web-search", uncached=100, cache_read=1024, output=80, reasoning=64)
    service = OpenAIChatCompletion(ai_model_id="gpt-5-mini", async_client=AsyncOpenAI(default_headers=headers))
    agent = ChatCompletionAgent(service=service, name="researcher", plugins=[])
    agent.kernel.add_plugin(Search(), plugin_name="web")
    await agent.get_response("What is the weather in Bern?")
    async for _ in agent.invoke_stream("What is the weather in Bern?"):
        pass


asyncio.run(main())
