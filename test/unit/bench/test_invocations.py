from bench.invocations import lambda_usage, polling_usage

from lib.cost import prices


def test_an_invocation_is_billed_by_the_started_millisecond_of_computing_and_waiting():
    # Half a second of a whole core, at 1,024 of 1,769 MB: 864 ms; and two calls of 8 ms.
    usage = lambda_usage(4, cpu_seconds=2.0, calls=8, log_bytes=0)
    assert usage[prices.LAMBDA_REQUEST] == 4
    assert round(usage[prices.LAMBDA_GB_SECOND], 9) == 4 * 0.880


def test_what_lambda_logs_of_an_invocation_is_billed_beside_what_the_function_logs():
    quiet, loud = (lambda_usage(1, 0.001, 0, size)[prices.LOGS_GB] for size in (0, 1_000))
    assert quiet > 0
    assert round((loud - quiet) * prices.GIGABYTE) == 1_000


def test_a_batch_is_received_by_64_kilobytes_and_deleted_at_once():
    assert polling_usage([["x"] * 10, ["x" * 65_537]]) == {prices.SQS_REQUEST: 1 + 2 + 2}
