"""LangChain models in a chain; the arguments name the instrumentation (traceloop, genai) and a second one (openai)."""

import os
import sys

from langchain_anthropic import ChatAnthropic
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from spanExport import bill, start_export

if sys.argv[1] == "traceloop":
    from traceloop.sdk import Instruments, Traceloop

    chosen = {Instruments.LANGCHAIN} | ({Instruments.OPENAI} if "openai" in sys.argv else set())
    endpoint = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"]
    Traceloop.init(app_name="langchain-python", api_endpoint=endpoint, telemetry_enabled=False, instruments=chosen)
    Traceloop.set_association_properties({"user_id": "ada", "session_id": "session-1"})
else:
    from opentelemetry.instrumentation.genai.langchain import LangChainInstrumentor
    from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor

    start_export("langchain-python")
    LangChainInstrumentor().instrument()
    if "openai" in sys.argv:
        OpenAIInstrumentor().instrument()

prompt = ChatPromptTemplate.from_messages([("system", "You answer in one word."), ("user", "{question}")])
question = {"question": "What is the weather in Bern?"}


def chain(model):
    config = {"run_name": "weather", "metadata": {"thread_id": "session-1", "user_id": "ada"}}
    return (prompt | model | StrOutputParser()).with_config(config)


def openai(**buckets: int) -> ChatOpenAI:
    return ChatOpenAI(model="gpt-5-mini", stream_usage=True, default_headers=bill(**buckets))


def anthropic(**buckets: int) -> ChatAnthropic:
    return ChatAnthropic(model="claude-sonnet-4-5", max_tokens=512, default_headers=bill(**buckets))


chain(openai(uncached=100, cache_read=1024, output=80, reasoning=64)).invoke(question)
for _ in chain(openai(uncached=101, cache_read=1152, output=24)).stream(question):
    pass
chain(anthropic(uncached=20, cache_write_5m=2048, output=30)).invoke(question)
chain(anthropic(uncached=21, cache_read=2048, cache_write_1h=512, output=31)).invoke(question)
for _ in chain(anthropic(uncached=22, cache_read=2048, cache_write_5m=256, output=32)).stream(question):
    pass
