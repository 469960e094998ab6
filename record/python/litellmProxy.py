"""An instrumented OpenAI client that asks the LiteLLM proxy, which continues the client's trace.

With the argument `keys` each of the proxy's keys has an owner; else there is only the master key.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from openai import OpenAI
from opentelemetry import trace
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
from spanExport import bill, start_export

START_SECONDS = 60
PROXY_KEY = "sk-stand-in-key-of-the-proxy-0001"
OWNERS = """
from litellm.proxy._types import UserAPIKeyAuth


async def owner(request, api_key):
    return UserAPIKeyAuth(
        api_key=api_key, key_alias="agents", user_id="grace", team_id="search", team_alias="Search", org_id="acme"
    )
"""


def start_proxy() -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    models = [
        {
            "model_name": name,
            "litellm_params": {"model": f"{provider}/{name}", "api_key": "sk-stand-in", "api_base": os.environ[base]},
        }
        for provider, name, base in (
            ("openai", "gpt-5-mini", "OPENAI_BASE_URL"),
            ("anthropic", "claude-sonnet-4-5", "ANTHROPIC_BASE_URL"),
        )
    ]
    config = {
        "model_list": models,
        "general_settings": {"forward_client_headers_to_llm_api": True},
        "litellm_settings": {"callbacks": ["otel"]},
    }
    folder = tempfile.mkdtemp()
    if "keys" in sys.argv:
        config["general_settings"]["custom_auth"] = "owners.owner"
        with open(os.path.join(folder, "owners.py"), "w") as file:
            file.write(OWNERS)
    path = os.path.join(folder, "config.yaml")
    with open(path, "w") as file:
        json.dump(config, file)  # JSON is YAML
    endpoint = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces"
    variables = {
        "OTEL_EXPORTER": "otlp_http",
        "OTEL_ENDPOINT": endpoint,
        "OTEL_SERVICE_NAME": "litellm",
        # Sixteen characters and more are asked for.
        "LITELLM_MASTER_KEY": PROXY_KEY,
    }
    executable = os.path.join(os.path.dirname(sys.executable), "litellm")
    proxy = subprocess.Popen(
        [executable, "--config", path, "--host", "127.0.0.1", "--port", str(port)], env={**os.environ, **variables}
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(START_SECONDS * 2):
        try:
            urllib.request.urlopen(f"{url}/health/liveliness").close()
            return proxy, url
        except urllib.error.URLError:
            time.sleep(0.5)
    raise SystemExit("the proxy does not answer")


proxy, url = start_proxy()
provider = start_export("app-behind-gateway")
OpenAIInstrumentor().instrument()
HTTPXClientInstrumentor().instrument()
client = OpenAI(base_url=url, api_key=PROXY_KEY)
ask = [{"role": "user", "content": "What is the weather in Bern?"}]
with trace.get_tracer("app").start_as_current_span(
    "invoke_agent weather",
    attributes={
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "weather",
        "gen_ai.conversation.id": "conversation-1",
        "user.id": "ada",
    },
):
    headers = bill(uncached=100, cache_read=1024, output=80, reasoning=64)
    client.chat.completions.create(model="gpt-5-mini", messages=ask, user="ada", extra_headers=headers)
    headers = bill(uncached=101, cache_read=1152, output=24)
    options = {"include_usage": True}
    for _ in client.chat.completions.create(
        model="gpt-5-mini", messages=ask, stream=True, stream_options=options, extra_headers=headers
    ):
        pass
    headers = bill(uncached=21, cache_read=2048, cache_write_1h=512, output=31)
    client.chat.completions.create(model="claude-sonnet-4-5", max_tokens=512, messages=ask, extra_headers=headers)
provider.force_flush()
# The proxy exports in batches, every five seconds.
time.sleep(8)
proxy.terminate()
proxy.wait()
