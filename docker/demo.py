#!/usr/bin/python3
"""The life of one order, as it happens: each stored event, the rows they became, the letter, its cancellation. Started by `./run demo`."""

import email
import email.policy
import json
import mailbox
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime

from causal_order import in_causal_order

CANCELLATION = ["OrderCancelRequested", "OrderUpdateMessage", "PaymentRefunded", "OrderUpdateMessage", "NotificationSent"]
STORY = ["OrderCreateRequested", "OrderPending", "PaymentProcessed", "OrderUpdateMessage", "NotificationSent"]
LIMIT_SECONDS = 15

ROWS = [
    ("orders", "select order_id, status, total, currency, payment_operation_id, cancel_reason, version"
               " from read.orders where order_id = :'order'"),
    ("order_timeline", "select stream || ' ' || sequence || '.' || index as position, type,"
                       " coalesce(cause_stream || ' ' || cause_sequence || '.' || cause_index, '') as cause, occurred_at"
                       " from read.order_timeline where order_id = :'order' order by occurred_at, stream, sequence, index"),
    ("balances", "select balance, currency, version, updated_at from read.balances where user_id = :'user'"),
    ("operations", "select operation_id, kind, amount, currency, balance_after, order_id"
                   " from read.operations where user_id = :'user' order by occurred_at"),
    ("entries", "select operation_id, account, entries.amount from read.entries join read.operations using (operation_id)"
                " where user_id = :'user' order by occurred_at, entries.amount"),
    ("notifications", "select kind, channel, locale, state, attempts, sent_at"
                      " from read.notifications where order_id = :'order'"),
]


class Missing(Exception):
    """What the story should have shown and did not."""


def heading(text):
    print(f"\n== {text}\n", flush=True)


def call(method, path, body=None, token=None, **headers):
    """Status and JSON of an answer, whatever the status."""
    request = urllib.request.Request(os.environ["ORDO_URL"] + path, method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request, timeout=40) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, json.load(problem)


def expect(answer, *statuses):
    status, body = answer
    if status not in statuses:
        raise Missing(f"an answer {' or '.join(map(str, statuses))}; it was {status}: {json.dumps(body)}")
    return body


def wait_for(what, condition):
    """The first true value of the condition."""
    limit = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < limit:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise Missing(f"{what}, in {LIMIT_SECONDS} s")


def new_customer():
    name = f"demo-{secrets.token_hex(4)}"
    password = secrets.token_urlsafe(12)
    address = f"{name}@ordo.test"
    user = expect(call("POST", "/api/auth/register",
                       {"username": name, "password": password, "email": address, "locale": "en"}), 201)["user_id"]
    token = expect(call("POST", "/api/auth/login", {"username": name, "password": password}), 200)["access_token"]
    print(f"{name} registers: user {user}")
    wait_for("the account that a new user gets",
             lambda: call("GET", f"/api/payments/balance/{user}", token=token)[0] == 200)
    currency = os.environ["ORDO_CURRENCY"]
    topped_up = expect(call("POST", "/api/payments/topup", {"amount": 5000, "currency": currency}, token, Prefer="wait=10"), 200)
    print(f"{name} tops up 5000: balance {topped_up['balance']}")
    return {"user": user, "address": address, "token": token, "currency": currency}


def milliseconds(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000


def print_event(event, posted_ms):
    position = f"{event['stream']} {event['sequence']}.{event['index']}"
    kind = event["type"]
    print(f"  {position:<22} {kind:<26} {max(0, milliseconds(event['time']) - posted_ms):8.0f} ms", flush=True)
    return kind.split(".")[0]


def watched(customer, path, body, story):
    """Posts a command and prints its events as they are stored, until the story is whole or time is up."""
    correlation = f"demo-{secrets.token_hex(8)}"
    print(f"  {'position':<22} {'event':<26} {'since POST':>11}", flush=True)
    with subprocess.Popen(
            [os.environ["ORDO_BINARY"], "events", "tail", "--correlation", correlation, "--count", str(len(story)),
             "--since-start", "--timeout", str(LIMIT_SECONDS), "--output", "ndjson"],
            stdout=subprocess.PIPE, text=True) as tail:
        posted_ms = time.time() * 1000
        made = expect(call("POST", path, body, customer["token"], X_Correlation_Id=correlation, Idempotency_Key=correlation), 202)
        events = (json.loads(line) for line in tail.stdout)
        seen = [print_event(event, posted_ms) for event in in_causal_order(events)]
    absent = [kind for kind in story if kind not in seen]
    if absent:
        raise Missing(f"the events {', '.join(absent)} of the order {made['id']}")
    return made["id"]


def psql(query, customer, order_id, *flags):
    url = urllib.parse.urlsplit(os.environ["ORDO_POSTGRES_URL"])
    server = {"PGHOST": url.hostname, "PGPORT": str(url.port), "PGUSER": url.username, "PGPASSWORD": url.password,
             "PGDATABASE": url.path.lstrip("/"), "PGTZ": "UTC"}
    done = subprocess.run(["psql", "-X", "-v", "ON_ERROR_STOP=1", "-v", f"order={order_id}", "-v", f"user={customer['user']}", *flags],
                          input=query, capture_output=True, text=True, env={**os.environ, **server}, check=False)
    if done.returncode:
        raise Missing(f"an answer of psql: {done.stderr.strip()}")
    return done.stdout


def show_rows(customer, order_id):
    whole = ("select (select count(*) from read.order_timeline where order_id = :'order') >= 5"
             " and (select count(*) from read.notifications where order_id = :'order' and state = 'sent') = 1"
             " and (select status in ('PAID', 'CANCELLED') from read.orders where order_id = :'order')")
    wait_for("the rows of all five events", lambda: psql(whole, customer, order_id, "-qAt").strip() == "t")
    for table, query in ROWS:
        print(f"read.{table}")
        print(psql(query, customer, order_id, "-q", "-P", "footer=off"), end="", flush=True)


def find_letter(customer, known):
    for name, letter in mailbox.Maildir(os.environ["ORDO_MAIL_DIR"], create=False).iteritems():
        content = email.message_from_bytes(letter.as_bytes(), policy=email.policy.default)
        if name not in known and customer["address"] in str(content["To"]):
            known.add(name)
            return content
    return None


def show_letter(customer, known):
    letter = wait_for("a letter in the mailbox", lambda: find_letter(customer, known))
    headers = ("From", "To", "Subject", "Date", "Message-ID", "X-Correlation-Id")
    print("\n".join(f"  {name}: {letter[name]}" for name in headers if letter[name]))
    text = letter.get_body(preferencelist=("plain",))
    if text is None:
        raise Missing("a plain text in the letter")
    print("\n" + "\n".join(f"  {line}" for line in text.get_content().rstrip().splitlines()), flush=True)


def main():
    letters = set()
    heading("A customer")
    customer = new_customer()
    heading("An order of 2 × 1250, and every event as it is stored")
    tea = {"sku": "tea-oolong", "name": "Oolong, 100 g", "quantity": 2, "unit_price": 1250}
    happy = watched(customer, "/api/orders", {"items": [tea], "currency": customer["currency"]}, STORY)
    heading("The rows they became")
    show_rows(customer, happy)
    heading("The letter")
    show_letter(customer, letters)
    heading("An order that is too dear")
    samovar = {"items": [{"sku": "samovar", "name": "Samovar", "quantity": 1, "unit_price": 990000}], "currency": customer["currency"]}
    status, answer = call("POST", "/api/orders", samovar, customer["token"], Prefer="wait=10")
    grieved = expect((status, answer), 402)["order"]
    print(f"  {status} {answer['code']}: the order is {grieved['status']}, {grieved['cancel_reason']}\n")
    show_letter(customer, letters)
    heading("The first order, cancelled")
    watched(customer, f"/api/orders/{happy}/cancel", {}, CANCELLATION)
    print()
    show_letter(customer, letters)


if __name__ == "__main__":
    try:
        main()
    except Missing as missing:
        print(f"\nordo: the demo missed {missing}", file=sys.stderr)
        sys.exit(1)
    except OSError as failure:
        print(f"\nordo: the demo failed: {failure}", file=sys.stderr)
        sys.exit(1)
