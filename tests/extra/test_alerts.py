"""The alerts in Prometheus's own hands: `promtool` reads them, and lets time pass over them."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ALERTS = Path(__file__).parents[2] / "deploy" / "alerts.yml"
SECONDS = 60
MISSING = (
    "promtool is not installed, and these tests are about the real one. Install Prometheus "
    "(Debian: apt-get install prometheus; macOS: brew install prometheus) and run again."
)
LANE = 'organization="acme",lane="reads"'
ANSWERS = "portal_http_request_duration_seconds_count"
CASES: Mapping[str, tuple[Mapping[str, str], Sequence[int], Sequence[int]]] = {
    # Series with a value for each minute; minutes at which it is told, and at which it is not.
    "PortalDatabaseDown": ({'portal_database_up{job="portal"}': "1x5 0x10"}, [8], [4, 5]),
    "KeysNotRetired": (
        {'portal_jobs_late{job="portal",kind="key.retire"}': "0x5 2x20"},
        [12],
        [5, 9],
    ),
    "AuditNotSealed": (
        {'portal_audit_unsealed_age_seconds{job="portal"}': "0+60x30"},
        [22],
        [14, 18],
    ),
    "ApigeeAway": (
        {
            f"portal_apigee_breaker_open{{{LANE}}}": "0x5 1x40",
            f'portal_apigee_breaker_changes_total{{{LANE},state="open"}}': ("0x5 1+10x10 101x30"),
        },
        [10, 15],
        [5, 30],
    ),
    "PortalErrors": (
        {
            f'{ANSWERS}{{job="portal",status="200"}}': "0+90x30",
            f'{ANSWERS}{{job="portal",status="503"}}': "0x10 10+10x20",
        },
        [20],
        [9],
    ),
    "LogNotWritten": (
        {'portal_log_lines_dropped_total{instance="one",error="OSError"}': "0x5 3x30"},
        [7],
        [4, 25],
    ),
}


def promtool(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("promtool")
    if program is None:
        pytest.fail(MISSING)
    command = [program, *words]
    return subprocess.run(  # noqa: S603 - our own words
        command, capture_output=True, text=True, check=False, timeout=SECONDS, cwd=folder
    )


def test_prometheus_takes_the_rules(tmp_path: Path) -> None:
    done = promtool("check", "rules", str(ALERTS), folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("alert", sorted(CASES))
def test_an_alert_is_told_in_time_and_ends(alert: str, tmp_path: Path) -> None:
    series, told, untold = CASES[alert]
    given = [{"series": name, "values": values} for name, values in series.items()]
    # The labels of what is told are Prometheus's business: it is told at least once, or never.
    asked = f'count(ALERTS{{alertname="{alert}",alertstate="firing"}} == 1) or vector(0)'
    expected = [(minute, 1) for minute in told] + [(minute, 0) for minute in untold]
    tests = [
        {
            "expr": asked,
            "eval_time": f"{minute}m",
            "exp_samples": [{"labels": "{}", "value": value}],
        }
        for minute, value in expected
    ]
    written = {
        "rule_files": [str(ALERTS)],
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": given, "promql_expr_test": tests}],
    }
    file = tmp_path / "test.yml"
    file.write_text(json.dumps(written), encoding="utf-8")
    done = promtool("test", "rules", str(file), folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
