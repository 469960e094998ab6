"""google-genai; the argument names the instrumentation."""

import os
import sys

from google import genai
from google.genai import types
from opentelemetry import trace
from spanExport import bill, start_export

start_export("gemini-python")
if sys.argv[1] == "openinference":
    from openinference.instrumentation.google_genai import GoogleGenAIInstrumentor as Instrumentor
elif sys.argv[1] == "traceloop":
    from opentelemetry.instrumentation.google_generativeai import GoogleGenerativeAiInstrumentor as Instrumentor
else:
    from opentelemetry.instrumentation.google_genai import GoogleGenAiSdkInstrumentor as Instrumentor
Instrumentor().instrument()


def asked(**buckets: int) -> dict:
    options = types.HttpOptions(base_url=os.environ["STAND_IN_URL"], headers=bill(**buckets))
    config = types.GenerateContentConfig(http_options=options)
    return {"model": "gemini-2.5-flash", "contents": "What is the weather in Bern?", "config": config}


with trace.get_tracer("app").start_as_current_span(
    "invoke_agent weather",
    attributes={
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "weather",
        "gen_ai.conversation.id": "conversation-1",
        "user.id": "ada",
    },
):
    client = genai.Client(api_key=os.environ["GEMINI_API_KEY"])
    client.models.generate_content(**asked(uncached=100, cache_read=1024, output=80, reasoning=64))
    for _ in client.models.generate_content_stream(**asked(uncached=101, cache_read=1152, output=40, reasoning=24)):
        pass
