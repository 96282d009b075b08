#include "page.hpp"

namespace tidings::receiver {

namespace {

constexpr std::string_view beginning = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="2">
<title>Tidings receiver</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; color: #1b1b1b; background: #fff; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ccc; vertical-align: top; }
td:last-child { font-family: monospace; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>Webhooks received</h1>
)";

constexpr std::string_view table_head =
    "<table>\n<thead><tr><th scope=\"col\">Time (UTC)</th><th scope=\"col\">Answer</th><th scope=\"col\">Path</th>"
    "<th scope=\"col\">Signature</th><th scope=\"col\">Type</th><th scope=\"col\">Subject</th>"
    "<th scope=\"col\">Data</th></tr></thead>\n<tbody>\n";

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
}

void append_row(std::string& out, const webhook& w) {
    out += "<tr>";
    for (const auto& cell : {w.time, w.answer, w.path, w.verdict, w.type, w.subject, excerpt(w.body)}) {
        out += "<td>";
        append_escaped(out, cell);
        out += "</td>";
    }
    out += "</tr>\n";
}

}  // namespace

http::content render_page(const std::deque<webhook>& latest, const std::string& summary) {
    http::content r;
    r.content_type = "text/html; charset=utf-8";
    r.headers.emplace_back("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    r.headers.emplace_back("Cache-Control", "no-store");
    r.body = beginning;
    r.body += "<p>";
    append_escaped(r.body, summary);
    r.body += "</p>\n";
    if (latest.empty()) {
        r.body += "<p>None yet. Add a to-do, and its webhook shows here.</p>\n";
    } else {
        r.body += table_head;
        for (const auto& w : latest)
            append_row(r.body, w);
        r.body += "</tbody>\n</table>\n";
    }
    r.body += "</main>\n</body>\n</html>\n";
    return r;
}

}  // namespace tidings::receiver
