"""LangSmith's OpenTelemetry export of traced functions, of its OpenAI wrapper and of LangChain models."""

from langchain_anthropic import ChatAnthropic
from langchain_openai import ChatOpenAI
from langsmith import Client, traceable
from langsmith.wrappers import wrap_openai
from openai import OpenAI
from spanExport import bill, start_export

provider = start_export("langsmith-python")
client = Client()
ask = [{"role": "user", "content": "What is the weather in Bern?"}]


@traceable(name="researcher", client=client, metadata={"user_id": "ada", "thread_id": "session-1"}, tags=["beta"])
def research() -> None:
    wrapped = wrap_openai(OpenAI(), tracing_extra={"client": client})
    wrapped.chat.completions.create(
        model="gpt-5-mini", messages=ask, extra_headers=bill(uncached=100, cache_read=1024, output=80, reasoning=64)
    )
    openai = ChatOpenAI(model="gpt-5-mini", default_headers=bill(uncached=101, cache_read=1152, output=81))
    openai.invoke("What is the weather in Bern?")
    headers = bill(uncached=21, cache_read=2048, cache_write_1h=512, output=31)
    anthropic = ChatAnthropic(model="claude-sonnet-4-5", max_tokens=512, default_headers=headers)
    anthropic.invoke("What is the weather in Bern?")
    for _ in anthropic.stream("What is the weather in Bern?"):
        pass


research()
client.flush()
