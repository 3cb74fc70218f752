"""Spans and metrics of OpenTelemetry for an engine, without anything personal in them.

In: an engine, and the providers of a host. Out: what the engine was asked, how long it took and
what came of it, in fixed words and numbers. The door is `instrumentation.instrument`.
"""
