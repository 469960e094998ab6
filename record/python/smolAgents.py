"""A smolagents code agent that plans, through OpenInference; its AGENT span carries totals."""

import sys

from openinference.instrumentation import using_attributes
from openinference.instrumentation.openai import OpenAIInstrumentor
from openinference.instrumentation.smolagents import SmolagentsInstrumentor
from smolagents import CodeAgent, OpenAIModel
from spanExport import bill, start_export

start_export("smolagents-python")
SmolagentsInstrumentor().instrument()
if sys.argv[1:] == ["withOpenai"]:
    OpenAIInstrumentor().instrument()

headers = bill(text='<code>final_answer("sunny")</code>', uncached=100, cache_read=1024, output=80, reasoning=64)
model = OpenAIModel("gpt-5-mini", client_kwargs={"default_headers": headers})
agent = CodeAgent(tools=[], model=model, name="researcher", description="Answers", planning_interval=1, max_steps=2)
with using_attributes(session_id="session-1", user_id="ada"):
    agent.run("What is the weather in Bern?")
