"""LangChain chat models in a chain through OpenInference; `withOpenai` adds its OpenAI instrumentation: two reports."""

import sys

from langchain_anthropic import ChatAnthropic
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from openinference.instrumentation import using_attributes
from openinference.instrumentation.langchain import LangChainInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor
from spanExport import bill, start_export

start_export("langchain-python")
LangChainInstrumentor().instrument()
if sys.argv[1] == "withOpenai":
    OpenAIInstrumentor().instrument()
prompt = ChatPromptTemplate.from_messages([("system", "You answer in one word."), ("user", "{question}")])


def chain(model):
    return (prompt | model | StrOutputParser()).with_config({"run_name": "weather"})


def openai(**buckets: int) -> ChatOpenAI:
    return ChatOpenAI(model="gpt-5-mini", stream_usage=True, default_headers=bill(**buckets))


def anthropic(**buckets: int) -> ChatAnthropic:
    return ChatAnthropic(model="claude-sonnet-4-5", max_tokens=512, default_headers=bill(**buckets))


question = {"question": "What is the weather in Bern?"}
with using_attributes(session_id="session-1", user_id="ada"):
    if sys.argv[1] in ("openai", "withOpenai"):
        chain(openai(uncached=100, cache_read=1024, output=80, reasoning=64)).invoke(question)
        for _ in chain(openai(uncached=101, cache_read=1152, output=81)).stream(question):
            pass
    else:
        chain(anthropic(uncached=20, cache_write_5m=2048, output=30)).invoke(question)
        chain(anthropic(uncached=21, cache_read=2048, cache_write_1h=512, output=31)).invoke(question)
        for _ in chain(anthropic(uncached=22, cache_read=2048, cache_write_5m=256, output=32)).stream(question):
            pass
