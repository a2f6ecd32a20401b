#!/usr/bin/env python3
"""Gives a log the form in which a tool hands it on: for tools that are services, or that no machine here runs.

usage: carry.py FORM <log >what-a-reader-gets

Each form is made from the tool's documented format, not from anybody's log.
"""
import csv, datetime, io, json, sys, textwrap

text = sys.stdin.read()
lines = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n")
start = datetime.datetime(2026, 11, 28, 15, 10, 0, 123456)


def at(i, form="%Y-%m-%dT%H:%M:%S.%fZ"):
    return (start + datetime.timedelta(microseconds=37 * i)).strftime(form)


def each(form):
    return "".join(form(i, line) + "\n" for i, line in enumerate(lines))


def csv_text(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


docker = lambda i, line: json.dumps({"log": line + "\n", "stream": "stderr", "time": at(i) + "Z"})
forms = {
    "docker-json": lambda: each(docker),
    "json-in-docker": lambda: json.dumps(
        {"log": json.dumps({"level": "error", "msg": "crashed", "stack": text}) + "\n", "stream": "stderr", "time": at(0)}) + "\n",
    "cri": lambda: each(lambda i, line: f"{at(i)} stderr F {line}"),
    "kubectl-prefix": lambda: each(lambda i, line: f"[pod/shop-6d5f/shop] {at(i)} {line}"),
    "compose": lambda: each(lambda i, line: f"shop-1  | {line}"),
    "compose-color": lambda: each(lambda i, line: f"\x1b[36mshop-1  |\x1b[0m {line}"),
    "stern": lambda: each(lambda i, line: f"shop-6d5f shop {line}"),
    "gcp-text": lambda: each(lambda i, line: json.dumps(
        {"insertId": f"x{i}", "textPayload": line, "resource": {"type": "k8s_container"}, "timestamp": at(i), "severity": "ERROR"})),
    "gcp-array": lambda: json.dumps([{"insertId": f"x{i}", "severity": "ERROR", "textPayload": line, "timestamp": at(i)}
                                     for i, line in enumerate(lines)]) + "\n",
    "gcp-array-pretty": lambda: json.dumps([{"insertId": f"x{i}", "severity": "ERROR", "textPayload": line, "timestamp": at(i)}
                                            for i, line in enumerate(lines)], indent=2) + "\n",
    "json-array-newest": lambda: json.dumps([{"textPayload": line, "timestamp": at(i)}
                                             for i, line in reversed(list(enumerate(lines)))]) + "\n",
    "cloudwatch-json": lambda: json.dumps({"events": [{"timestamp": 1796000000000 + i, "message": line, "ingestionTime": 1796000001000}
                                                      for i, line in enumerate(lines)], "nextForwardToken": "f/1"}, indent=4) + "\n",
    "cloudwatch-tail": lambda: each(lambda i, line: f"{at(i, '%Y-%m-%dT%H:%M:%S.%f')}+00:00 shop/web/7f3 {line}"),
    "csv-rows": lambda: csv_text([["Date", "Host", "Service", "Message"]] + [[at(i), "i-07", "shop", line] for i, line in enumerate(lines)]),
    "csv-field": lambda: csv_text([["Date", "Host", "Message"], [at(0), "i-07", text]]),
    "csv-newest": lambda: csv_text([["Date", "Message"]] + [[at(i), line] for i, line in reversed(list(enumerate(lines)))]),
    "csv-json": lambda: csv_text([["timestamp", "message"]] + [
        [at(0), json.dumps({"level": "error", "msg": "crashed", "stack": text})]]),
    "fluent-bit": lambda: each(lambda i, line: json.dumps({"date": 1796000000.1 + i, "log": line, "kubernetes": {"pod_name": "shop-1"}})),
    "fluent-bit-stdout": lambda: each(lambda i, line: f"[{i}] tail.0: [[{1796000000 + i}.123456789, {{}}], {{\"log\"=>\"{line}\"}}]"),
    "logfmt": lambda: f"ts={at(0)} level=error msg=\"panic recovered\" stack={json.dumps(text)}\n",
    "lambda": lambda: each(lambda i, line: f"2026/11/28/[$LATEST]0a1b2c3d {at(i)} {line}"),
    "heroku": lambda: each(lambda i, line: f"{at(i, '%Y-%m-%dT%H:%M:%S.%f')}+00:00 app[web.1]: {line}"),
    "logcat": lambda: each(lambda i, line: f"{at(i, '%m-%d %H:%M:%S.%f')[:-3]}  1234  1250 E GoLog   : {line}"),
    "logcat-brief": lambda: each(lambda i, line: f"E/Go      ( 1234): {line}"),
    "actions": lambda: each(lambda i, line: f"{at(i, '%Y-%m-%dT%H:%M:%S.%f')}0Z {line}"),
    "actions-job": lambda: each(lambda i, line: f"test (ubuntu-latest)\tRun go test\t{at(i, '%Y-%m-%dT%H:%M:%S.%f')}0Z {line}"),
    "buildkite": lambda: each(lambda i, line: f"\x1b_bk;t={1796000000123 + i}\x07{line}\r"),
    "gitlab": lambda: each(lambda i, line: f"{at(i)} 01E {line}"),
    "double-spaced": lambda: each(lambda i, line: line + "\n"),
    "no-tab": lambda: each(lambda i, line: line.lstrip("\t")),
    "tab-to-4": lambda: each(lambda i, line: line.expandtabs(4)),
    "indented": lambda: each(lambda i, line: "      " + line),
    "one-indent": lambda: each(lambda i, line: " " + line.replace("\t", " ")),
    "quoted-mail": lambda: each(lambda i, line: "> > " + line),
    "markdown": lambda: "It crashes:\n```" + text + "```\n",
    "jira": lambda: "{noformat}" + text + "{noformat}\n",
    "html": lambda: "<pre>" + text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;") + "</pre>\n",
    "nbsp": lambda: each(lambda i, line: line.replace("\t", "\u00a0\u00a0\u00a0\u00a0").replace(" ", "\u00a0")),
    "crlf": lambda: each(lambda i, line: line + "\r"),
    "wrap-80": lambda: each(lambda i, line: "\n".join(line.expandtabs(8)[k:k + 80] for k in range(0, max(1, len(line.expandtabs(8))), 80))),
    "newest-first": lambda: "".join(f"{at(i)} {line}\n" for i, line in reversed(list(enumerate(lines)))),
    "trailing": lambda: each(lambda i, line: line + "   "),
    "syslog-octal": lambda: each(lambda i, line: f"Nov 28 15:10:00 web-1 shop[4242]: {line}".replace("\t", "#011")),
    "two-columns": lambda: each(lambda i, line: f"{at(i, '%b %d, %Y @ %H:%M:%S.%f')[:-3]}\tshop\t{line}"),
    "bom": lambda: "\ufeff" + text,
    "go-test-prefix": lambda: each(lambda i, line: f"    runner.go:88: {line}"),
    "ansible": lambda: json.dumps({"changed": True, "rc": 2, "stderr": text, "stderr_lines": lines, "stdout": ""}, indent=4) + "\n",
    "airflow": lambda: each(lambda i, line: f"[{at(i, '%Y-%m-%d, %H:%M:%S')} UTC] {{subprocess.py:93}} INFO - {line}"),
    "python-repr": lambda: f"subprocess failed: b{text!r}\n",
    "loki": lambda: json.dumps({"status": "success", "data": {"resultType": "streams", "result": [
        {"stream": {"app": "shop"}, "values": [[str(1796000000000000000 + i), line] for i, line in reversed(list(enumerate(lines)))]}]}}) + "\n",
    "sumo": lambda: each(lambda i, line: f"{at(i, '%d/%m/%Y %H:%M:%S')}.123 +0000 ERROR [shop] [worker-3] {line}"),
}
sys.stdout.write(forms[sys.argv[1]]())
