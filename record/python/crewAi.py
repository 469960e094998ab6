"""A CrewAI crew of one agent and two tasks, through OpenInference with its OpenAI instrumentation."""

from crewai import LLM, Agent, Crew, Task
from openinference.instrumentation import using_attributes
from openinference.instrumentation.crewai import CrewAIInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor
from spanExport import bill, start_export

start_export("crewai-python")
CrewAIInstrumentor().instrument()
OpenAIInstrumentor().instrument()

headers = bill(uncached=100, cache_read=1024, output=80, reasoning=64)
agent = Agent(
    role="researcher",
    goal="Answer",
    backstory="A meteorologist",
    llm=LLM(model="openai/gpt-5-mini", default_headers=headers),
)
tasks = [
    Task(description=f"Say the weather of {day}.", expected_output="One word", agent=agent)
    for day in ("Monday", "Tuesday")
]
with using_attributes(session_id="session-1", user_id="ada"):
    Crew(agents=[agent], tasks=tasks, name="weather").kickoff()
