"""The Langfuse SDK: an observed agent, its drop-in OpenAI client and a generation written by hand."""

from anthropic import Anthropic
from langfuse import get_client, observe, propagate_attributes
from langfuse.openai import OpenAI
from spanExport import bill

langfuse = get_client()
client = OpenAI()
ask = [{"role": "user", "content": "What is the weather in Bern?"}]


@observe(as_type="agent", name="researcher")
def research() -> None:
    with propagate_attributes(user_id="ada", session_id="session-1", tags=["beta"], metadata={"team": "search"}):
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
        # As an application reports the call of a client that Langfuse does not wrap: buckets that do not overlap.
        with langfuse.start_as_current_observation(
            as_type="generation", name="claude", model="claude-sonnet-4-5-20250929"
        ) as generation:
            usage = (
                Anthropic()
                .messages.create(
                    model="claude-sonnet-4-5",
                    max_tokens=512,
                    messages=ask,
                    extra_headers=bill(uncached=21, cache_read=2048, cache_write_5m=512, output=31),
                )
                .usage
            )
            generation.update(
                usage_details={
                    "input": usage.input_tokens,
                    "cache_read_input_tokens": usage.cache_read_input_tokens,
                    "cache_creation_input_tokens": usage.cache_creation_input_tokens,
                    "output": usage.output_tokens,
                },
                cost_details={"total": 0.0030624},
            )


research()
langfuse.flush()
