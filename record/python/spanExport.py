"""OTLP over HTTP to OTEL_EXPORTER_OTLP_ENDPOINT, for the libraries that leave the exporter to the application."""

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

# A prompt prefix of more than the 1,024 tokens from which on providers cache.
LONG_CONTEXT = " ".join(["w"] * 1100)


def start_export(service: str) -> TracerProvider:
    """Spans leave in batches; what is left goes at exit, when the provider shuts itself down."""
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return provider


def bill(**buckets: int | str) -> dict[str, str]:
    """The header that tells the stand-in provider what to bill."""
    return {"x-stand-in": ";".join(f"{name}={value}" for name, value in buckets.items())}
