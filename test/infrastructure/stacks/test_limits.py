"""What is let in and worked off at once, how long that may take, and what callers hear beyond."""

from samples.invocations import Invocation

from kernel.invocation import out_of_time, running
from telemetry.config import PipelineConfig

GATEWAY_WAITS_SECONDS = 29


def limits_of(stack):
    """What each method of the API lets in: requests a second, and at once."""
    limits = stack.all("aws_api_gateway_method_settings")["api_limits"]
    assert limits["method_path"] == "*/*"
    settings = limits["settings"]
    return settings["throttling_rate_limit"], settings["throttling_burst_limit"]


def test_the_stage_is_traced_and_lets_in_what_its_functions_can_answer(stack, synthesise):
    assert stack.all("aws_api_gateway_stage")["api_stage"]["xray_tracing_enabled"] is True
    assert limits_of(stack) == (1_000, 2_000)
    assert limits_of(synthesise(reserved_concurrency=7)) == (70, 140)
    assert limits_of(synthesise(reserved_concurrency=0)) == (20, 40)
    chosen = synthesise(throttle_requests_per_second=300, throttle_burst=400)
    assert limits_of(chosen) == (300, 400)


def test_a_function_that_is_refused_its_run_is_an_answer_to_be_tried_again(stack):
    answer = stack.all("aws_api_gateway_gateway_response")["api_default_5xx_answer"]
    assert answer["status_code"] == "503"
    assert "gatewayresponse.header.Retry-After" in answer["response_parameters"]
    assert '"UNAVAILABLE"' in answer["response_templates"]["application/json"]


def test_callers_are_answered_while_the_gateway_still_waits(stack):
    integrations = stack.all("aws_api_gateway_integration").values()
    uris = {integration["uri"] for integration in integrations}
    for name, function in stack.all("aws_lambda_function").items():
        if f"${{aws_lambda_function.{name}.invoke_arn}}" in uris:
            uris.remove(f"${{aws_lambda_function.{name}.invoke_arn}}")
            assert function["timeout"] < GATEWAY_WAITS_SECONDS
    assert not uris


def test_every_function_has_time_to_work_the_processor_as_long_as_operators_may_say(stack):
    for name, function in stack.all("aws_lambda_function").items():
        _, longest = PipelineConfig.LIMITS["processing_timeout"]
        worked = longest if name == "process_function" else 5
        with running(Invocation((function["timeout"] - worked) * 1_000)):
            assert not out_of_time()


def test_methods_are_counted_one_by_one_only_if_that_is_asked_for(stack, synthesise):
    for of, counted in ((stack, False), (synthesise(api_method_metrics=True), True)):
        limits = of.all("aws_api_gateway_method_settings")["api_limits"]
        assert limits["settings"]["metrics_enabled"] is counted


def test_queues_are_worked_off_within_bounds_however_little_is_reserved(synthesise):
    for reserved, batches in ((100, 100), (7, 7), (0, 2)):
        mappings = synthesise(reserved_concurrency=reserved).all("aws_lambda_event_source_mapping")
        assert len(mappings) == 3
        for mapping in mappings.values():
            assert mapping["scaling_config"]["maximum_concurrency"] == batches
