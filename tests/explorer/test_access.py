"""Who is refused, for what, and with how few words."""

import re
from itertools import product

import pytest
from asking import ROOT, ask

NOBODY = "403: refused. Open the address that `workbook serve` printed; it holds a token.\n"
NOTHING = "404: there is nothing here.\n"
UNKNOWN = "00000000-0000-0000-0000-000000000000"
ADDRESSES = f"""
    /tree /tree/ /lab /lab/tree/notebooks /notebooks/report.ipynb /edit/README.md /view/report.ipynb
    /files/README.md /files/../README.md /nbconvert/html/report.ipynb /nbextensions/x.js
    /terminals/1 /login /logout /metrics /favicon.ico /robots.txt /.git/config /data/evidence.csv
    /explore.ipynb /report.ipynb /stand-in.ipynb /etc/passwd //etc/passwd /../README.md
    /%2e%2e/README.md /%2e%2e%2f%2e%2e%2fetc%2fpasswd /..%5cREADME.md /api /api/ /api/contents
    /api/contents/report.ipynb /api/contents/%2e%2e/README.md /api/kernels /api/kernels/
    /api/kernels/{UNKNOWN} /api/kernels/{UNKNOWN}/ /api/kernels/{UNKNOWN}/restart
    /api/kernels/{UNKNOWN}/interrupt /api/kernels/../contents /api/kernelspecs /api/sessions
    /api/terminals /api/status /api/me /api/spec.yaml /api/config/notebook /api/nbconvert
    /api/security/csp-report /api/shutdown /kernelspecs/python3/logo-64x64.png /static/favicon.ico
    /static/../../README.md /voila /voila/tree /voila/render/report.ipynb /voila/files/report.ipynb
    /voila/files/../reports/cost-and-date.svg /voila/api/contents
    /voila/api/themes/@jupyterlab/theme-light-extension/index.css /voila/query/{UNKNOWN}
    /voila/execution/{UNKNOWN} /voila/static/ /voila/static/../index.html.j2
    /voila/static/%2e%2e/index.html.j2 /voila/static/..%2findex.html.j2 /voila/static/.hidden
    /voila/static//etc/passwd /voila/static/x%00.js /voila/templates/lab/index.html.j2
    /voila/templates/lab/static/../index.html.j2 /voila/templates/lab/static/%2e%2e/index.html.j2
    /voila/templates/classic/static/index.css /voila/templates/../../static/x /voila/labextensions/
    /voila/labextensions/anywidget /voila/labextensions/anywidget/../../kernels/python3/kernel.json
    /voila/labextensions/%2e%2e/kernels/python3/kernel.json
    /voila/labextensions/jupyterlab_pygments/package.json /voila/labextensions/theirs/package.json
    http://example.org/
""".split()
OURS = ["/", "/voila/static/serve.js", "/voila/templates/lab/static/voila.js"]


def test_the_probes_are_many_and_each_is_made_once():
    assert len(set(ADDRESSES)) == len(ADDRESSES) >= 40


def answers(server, paths, **how):
    """What each address is answered, so that all that differ are seen at once."""
    found = {path: ask(server, path, **how) for path in paths}
    return {path: (answer.status, answer.body) for path, answer in found.items()}


def test_with_the_token_there_is_nothing_but_the_page(server):
    assert answers(server, ADDRESSES) == dict.fromkeys(ADDRESSES, (404, NOTHING))


def test_without_the_token_every_address_gets_the_same_refusal(server):
    every = [*ADDRESSES, *OURS]
    assert answers(server, every, known=False) == dict.fromkeys(every, (403, NOBODY))


def test_without_the_token_no_address_gives_a_cookie(server):
    found = {path: ask(server, path, known=False).headers for path in [*ADDRESSES, *OURS]}
    assert [path for path, headers in found.items() if "Set-Cookie" in headers] == []


def test_no_method_but_get_is_answered(server):
    methods = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]
    paths = ["/", "/api/kernels", "/voila/static/serve.js"]
    seen = {
        (method, path, known): ask(server, path, method=method, known=known).status
        for method, path, known in product(methods, paths, [True, False])
    }
    refused = {True: (404, 405), False: (403, 405)}
    assert {asked: s for asked, s in seen.items() if s not in refused[asked[2]]} == {}


def test_a_token_that_is_not_the_token_is_refused_even_with_the_cookie(server):
    given = [
        "/?token=",
        "/?token=wrong",
        f"/?token={server.token}x",
        f"/?token={server.token}&token={server.token}",
        "/?token=%FF%FE",
        f"/?Token={server.token}",
        "/?x=1",
        "/?template=classic",
    ]
    for known in (False, True):
        assert answers(server, given, known=known) == dict.fromkeys(given, (403, NOBODY)), known


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "token {token}"},
        {"Authorization": "Bearer {token}"},
        {"X-XSRFToken": "{token}"},
        {"Cookie": "workbook={token}"},
        {"Cookie": "workbook-{port}="},
        {"Cookie": "workbook-{port}={token}x"},
        {"Cookie": "username-127-0-0-1-{port}={token}"},
        {"Cookie": "workbook-{port}=é"},
    ],
)
def test_the_token_counts_in_the_cookie_of_this_port_and_nowhere_else(headers, server):
    said = {k: v.format(token=server.token, port=server.port) for k, v in headers.items()}
    assert ask(server, "/voila/static/serve.js", known=False, headers=said).status == 403
    assert ask(server, f"/voila/static/serve.js?token={server.token}", known=False).status == 403


def test_another_name_in_host_is_refused_whatever_token_it_brings(server):
    hosts = [
        "example.org",
        f"example.org:{server.port}",
        f"127.0.0.1.example.org:{server.port}",
        "localhost.example.org",
        "127.0.0.1:1",
        f"127.0.0.2:{server.port}",
        f"0.0.0.0:{server.port}",
        f"[::1]:{server.port}",
        f"127.1:{server.port}",
        f"2130706433:{server.port}",
        "",
    ]
    paths = ["/voila/static/serve.js", f"/?token={server.token}"]
    found = {host: answers(server, paths, hosts=[host]) for host in hosts}
    assert found == dict.fromkeys(hosts, dict.fromkeys(paths, (403, NOBODY)))


def test_two_names_in_host_are_refused(server):
    hosts = [f"127.0.0.1:{server.port}", "example.org"]
    assert ask(server, "/voila/static/serve.js", hosts=hosts).status in (400, 403)


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST", "127.0.0.1"])
def test_the_names_of_this_machine_are_answered(host, server):
    hosts = [host.format(port=server.port)]
    assert ask(server, "/voila/static/serve.js", hosts=hosts).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost:{port}"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "{own}", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_what_the_browser_says_another_page_sent_is_refused_with_the_cookie(headers, server):
    said = {k: v.format(port=server.port, own=server.origin) for k, v in headers.items()}
    before = server.kernels()
    for path in ("/", "/voila/static/serve.js"):
        assert ask(server, path, headers=said).status == 403
    assert server.kernels() == before


def test_the_entrance_turns_the_token_into_a_strict_cookie_and_leads_away_from_it(server):
    # Followed from another site too: it is how a terminal in a browser opens it.
    said = {"Sec-Fetch-Site": "cross-site"}
    answer = ask(server, f"/?token={server.token}", known=False, headers=said)
    assert answer.status == 200
    name, *rest = answer.headers["Set-Cookie"].split("; ")
    assert name == server.cookie
    assert set(rest) == {"HttpOnly", "Path=/", "SameSite=Strict"}
    assert 'content="0; url=/"' in answer.body
    assert server.token not in answer.body


@pytest.mark.parametrize("path", ["/?token={token}", "/tree", "/voila/static/serve.js", "/?x"])
def test_every_answer_forbids_scripts_of_others_frames_and_referrers(path, server):
    headers = ask(server, path.format(token=server.token)).headers
    rules = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert rules["script-src"].split() == ["'self'", "blob:", "'unsafe-eval'"]
    assert rules["connect-src"] == "'self'"
    assert "http" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in headers
    assert "Server" not in headers


def test_what_is_refused_tells_nothing_of_this_machine(server, home):
    secret = re.compile("|".join(map(re.escape, (str(ROOT), str(home), server.token, "Traceback"))))
    for path in [*ADDRESSES, "/?token=x"]:
        answer = ask(server, path)
        assert not secret.search(answer.body + str(answer.headers))
