"""Runs the demo: prepares, starts everything, says where it is, and stops it again."""

import sys

from demo.history import record_history
from demo.plan import CLIENT_ID, FLAVORS, ORGANIZATION, PROVIDER, ROOT, THREADS, Plan
from demo.preparation import prepare
from demo.processes import Processes, ProcessFailed, Program
from tools.node import find_node

PEOPLE = (
    ("dana", "developer with four apps"),
    ("ravi", "signs in for the first time"),
    ("ada", "administrator (group portal-admins)"),
    ("sam", "support, may read (group portal-support)"),
    ("ines", "developer, inactive on Apigee"),
    ("eve", "has dana's e-mail address, not verified"),
)


def run(plan: Plan) -> None:
    """Serve until asked to stop; raises `PlanError` or `ProcessFailed`."""
    prepare(plan)
    is_new = not plan.emulator_state_file.exists()
    with Processes() as processes:
        processes.start(local_apigee(plan))
        processes.start(provider(plan))
        processes.run(portal_command(plan, "migration", "db", "upgrade"))
        processes.start(portal(plan))
        processes.start(worker(plan))
        processes.wait_until_ready()
        if is_new and not processes.asked_to_stop:
            tell_history(plan)
        synchronize(processes, plan)
        if not processes.asked_to_stop:
            print(welcome(plan), flush=True)
        processes.wait()
    print("Stopped.", flush=True)


def tell_history(plan: Plan) -> None:
    """Tell the local Apigee of sample calls; only usage is emptier without them, so go on."""
    try:
        record_history(plan)
    except OSError as problem:
        print(f"There are no sample calls: {problem}", file=sys.stderr, flush=True)


def synchronize(processes: Processes, plan: Plan) -> None:
    """Let the portal learn who is a developer; its pages work without that, so go on anyway."""
    try:
        processes.run(portal_command(plan, "sync", "developers", "sync"))
    except ProcessFailed as problem:
        print(problem, file=sys.stderr, flush=True)


def local_apigee(plan: Plan) -> Program:
    """Return the emulator of the plan's flavour, with its state on disk."""
    state = plan.emulator_state_file
    command = [sys.executable, "-m", "emulator", "--org", ORGANIZATION]
    command += ["--port", str(plan.ports[1]), "--flavor", plan.flavor]
    command += ["--seed", str(ROOT / "demo" / "seed.json"), "--state", str(state)]
    command += ["--journal", str(state.with_name("journal.jsonl"))]
    if plan.flavor == "x":
        command += ["--service-account", str(plan.service_account_file)]
    return Program("The local Apigee", tuple(command), plan.logs / "apigee.log", plan.ports[1])


def provider(plan: Plan) -> Program:
    """Return the OIDC provider with its test control beside it."""
    command = [str(find_node()), str(ROOT / "demo" / "idp.mjs"), "--with-parent"]
    command += ["--port", str(plan.ports[2]), "--control-port", str(plan.ports[3])]
    command += ["--portal", plan.portal_url, "--provider-name", PROVIDER]
    command += ["--client-id", CLIENT_ID, "--state", str(plan.secrets / "idp-keys.json")]
    return Program(
        name="The company sign-in",
        command=tuple(command),
        log=plan.logs / "sign-in.log",
        port=plan.ports[2],
        path="/healthz",
        environment={"DEMO_CLIENT_SECRET": plan.client_secret_file.read_text(encoding="ascii")},
    )


def portal(plan: Plan) -> Program:
    """Return the portal as one server process with threads."""
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{plan.port}"]
    command += ["--worker-class", "gthread", "--threads", str(THREADS), "--graceful-timeout", "5"]
    command += ["--no-control-socket"]
    return Program(
        name="The portal",
        command=tuple(command),
        log=plan.logs / "portal.log",
        port=plan.port,
        path="/livez",
        environment=plan.portal_environment(),
    )


def worker(plan: Plan) -> Program:
    """Return what does the portal's jobs."""
    return portal_command(plan, "worker", "jobs", "work")


def portal_command(plan: Plan, name: str, *words: str) -> Program:
    """Return a command of the portal's own, such as `db upgrade`."""
    return Program(
        name=f"flask {' '.join(words)}",
        command=(sys.executable, "-m", "flask", "--app", "wsgi", *words),
        log=plan.logs / f"{name}.log",
        environment=plan.portal_environment(),
    )


def welcome(plan: Plan) -> str:
    """Return what a person needs to know now."""
    people = "\n".join(f"    {login:<6}{text}" for login, text in PEOPLE)
    return f"""
  Portal         {plan.portal_url}
  Local Apigee   {plan.apigee_origin}/v1   ({FLAVORS[plan.flavor]}, organization {ORGANIZATION})
  Sign-in        {plan.issuer}   (test control on port {plan.ports[3]})

  Sample people, password demo:
{people}

  Logs are in var/log/, mails in var/mail/. Ctrl-C stops everything, make demo-reset forgets it.
"""
